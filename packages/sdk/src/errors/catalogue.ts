import { accessErrors } from "./catalogue/access.ts";
import { answerErrors } from "./catalogue/answer.ts";
import { connectionErrors } from "./catalogue/connection.ts";
import { requestErrors } from "./catalogue/request.ts";
import { serverErrors } from "./catalogue/server.ts";
import { setupErrors } from "./catalogue/setup.ts";
import { timeErrors } from "./catalogue/time.ts";
import type { ErrorEntry } from "./error-entry.ts";

/**
 * Every error code of the SDK with its meaning and its remedy. `docs/errors` has a page for each; a test compares
 * the two.
 *
 * @example
 * import { errorCatalogue } from "@kfp-ts/sdk";
 *
 * console.log(errorCatalogue.CONNECTION_REFUSED.remedy);
 */
export const errorCatalogue = {
  ...setupErrors,
  ...connectionErrors,
  ...answerErrors,
  ...accessErrors,
  ...requestErrors,
  ...serverErrors,
  ...timeErrors,
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/**
 * The stable code of an error.
 *
 * @example
 * import type { ErrorCode } from "@kfp-ts/sdk";
 *
 * const harmless: readonly ErrorCode[] = ["NOT_FOUND", "ALREADY_EXISTS"];
 * console.log(harmless.length);
 */
export type ErrorCode = keyof typeof errorCatalogue;

/** The page of the documentation about a code, from the root of the repository. */
export function pageOf(code: ErrorCode): string {
  return `docs/errors/${code}.md`;
}
