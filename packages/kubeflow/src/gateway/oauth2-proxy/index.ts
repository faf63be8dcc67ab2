import type { GenerationOfGateways } from "../generation.ts";
import { admit, START } from "./admission.ts";
import { names } from "./names.ts";
import { ownAnswer } from "./own-paths.ts";

/** The gateway of Kubeflow 1.9 and later. */
export const oauth2Proxy: GenerationOfGateways = {
  names,
  crossSitePaths: [names.callbackPath, START, "/oauth2/sign_in"],
  create: (parts) => ({
    answer: (request) => ownAnswer(parts, request),
    admit: (request) => admit(parts, request),
  }),
};
