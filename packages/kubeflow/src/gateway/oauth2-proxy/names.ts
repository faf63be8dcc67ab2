import type { GenerationNames } from "../generation.ts";

/** What Kubeflow 1.9 and later call things, with the oauth2_proxy.cfg of its manifests. */
export const names: GenerationNames = {
  sessionCookie: "oauth2_proxy_kubeflow",
  browserCookie: "oauth2_proxy_kubeflow_csrf",
  callbackPath: "/oauth2/callback",
};
