import { readFile } from "node:fs/promises";
import type { RunnerErrorCode } from "@kfp-ts/runner";
import type { ErrorCode } from "@kfp-ts/sdk";

/** A code of an error that has a page: of the client, or of the runner. */
export type PageCode = ErrorCode | RunnerErrorCode;

/** The pages of docs/errors, as they are written. */
export type ErrorPages = Readonly<Record<PageCode, string>>;

/**
 * The pages of all error codes: in the published command they lie in a file beside it, in a checkout where they are
 * written.
 */
export async function errorPages(codes: readonly PageCode[]): Promise<ErrorPages> {
  const beside = await readFile(new URL("./errors.json", import.meta.url), "utf8").catch(() => undefined);
  if (beside !== undefined) return JSON.parse(beside) as ErrorPages;
  const folder = new URL("../../../../docs/errors/", import.meta.url);
  const pages = codes.map(async (code) => [code, await readFile(new URL(`${code}.md`, folder), "utf8")] as const);
  return Object.fromEntries(await Promise.all(pages)) as ErrorPages;
}
