import { choiceOf, text } from "../messages/field.ts";
import { authResource, authVerb, health, healthV1 } from "../messages/health.ts";
import { empty } from "../messages/status.ts";
import { operation } from "./operation.ts";

/** The operations that tell whether a server is there. */
export const healthOperations = {
  get: operation({
    id: "healthz.get",
    method: "GET",
    path: "/apis/v2beta1/healthz",
    response: health,
    access: "anyone",
    summary: "Tell what the API server is",
  }),
} as const;

/** What is left of v1beta1: what probes and the pages of the user interface ask. */
export const v1Operations = {
  healthz: operation({
    id: "v1.healthz",
    method: "GET",
    path: "/apis/v1beta1/healthz",
    response: healthV1,
    access: "anyone",
    summary: "Tell what the API server is, to v1 clients",
  }),
  auth: operation({
    id: "v1.auth",
    method: "GET",
    path: "/apis/v1beta1/auth",
    query: {
      namespace: text("The Kubernetes namespace."),
      resources: choiceOf(authResource)("What access is asked for."),
      verb: choiceOf(authVerb)("Which access."),
    },
    response: empty,
    access: {
      group: "kubeflow.org",
      version: "v1beta1",
      resource: "viewers",
      verb: "as asked",
      scope: "namespace of the request",
      name: "none",
    },
    summary: "Tell whether the caller may use a namespace",
  }),
} as const;
