import type { Generation, GenerationParts } from "../generation.ts";
import { admit } from "./admission.ts";
import { names } from "./names.ts";
import { ownAnswer } from "./own-paths.ts";

export { names };

/** Paths that a browser may be sent to from another site, where the identity provider is one. */
export const crossSitePaths: readonly string[] = [names.callbackPath];

/** Makes the behaviour of the gateway of Kubeflow up to 1.8. */
export function create(parts: GenerationParts): Generation {
  return {
    answer: (request) => ownAnswer(parts, request),
    admit: (request) => admit(parts, request),
  };
}
