import type { GenerationOfGateways } from "../generation.ts";
import { admit } from "./admission.ts";
import { names } from "./names.ts";
import { ownAnswer } from "./own-paths.ts";

/** The gateway of Kubeflow up to 1.8. */
export const authservice: GenerationOfGateways = {
  names,
  crossSitePaths: [names.callbackPath],
  create: (parts) => ({
    answer: (request) => ownAnswer(parts, request),
    admit: (request) => admit(parts, request),
  }),
};
