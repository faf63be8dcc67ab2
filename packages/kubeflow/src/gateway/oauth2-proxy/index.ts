import type { Generation, GenerationParts } from "../generation.ts";
import { admit, START } from "./admission.ts";
import { names } from "./names.ts";
import { ownAnswer } from "./own-paths.ts";

export { names };

/** Paths that a browser may be sent to from another site, where the identity provider is one. */
export const crossSitePaths: readonly string[] = [names.callbackPath, START, "/oauth2/sign_in"];

/** Makes the behaviour of the gateway of Kubeflow 1.9 and later. */
export function create(parts: GenerationParts): Generation {
  return {
    answer: (request) => ownAnswer(parts, request),
    admit: (request) => admit(parts, request),
  };
}
