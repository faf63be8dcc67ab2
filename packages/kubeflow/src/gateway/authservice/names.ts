import type { GenerationNames } from "../generation.ts";

/** What Kubeflow up to 1.8 calls things, with its oidc-authservice. */
export const names: GenerationNames = {
  sessionCookie: "authservice_session",
  browserCookie: "oidc_state_csrf",
  callbackPath: "/authservice/oidc/callback",
};
