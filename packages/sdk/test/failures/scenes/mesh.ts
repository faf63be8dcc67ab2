import { json, page, refusal } from "../../helpers/local-server.ts";
import { at, healthy, plain, type Scene, type SceneElsewhere, says } from "../scene.ts";

const envoy = { server: "istio-envoy" };
const reset = "upstream connect error or disconnect/reset before headers. reset reason: connection termination";

/** What the service mesh, the network and roles of Kubernetes refuse. */
export const meshScenes: readonly Scene[] = [
  {
    number: 1,
    what: "the mesh denies a request without a token",
    symptom: "403 RBAC: access denied",
    arrange: () => at(says(403, plain, "RBAC: access denied", envoy)),
    code: "MESH_DENIED",
    names: /RBAC: access denied/,
    fix: /audience[ =]pipelines\.kubeflow\.org/,
  },
  {
    number: 1,
    what: "the mesh denies a request that names its user itself",
    symptom: "403 RBAC: access denied",
    arrange: () =>
      at(says(403, plain, "RBAC: access denied", envoy), { headers: { "kubeflow-userid": "ada@example.com" } }),
    code: "MESH_DENIED",
    fix: /kubeflow-userid/,
  },
  {
    number: 6,
    what: "neither a gateway nor a token says who is asking",
    symptom: "there is no user identity header, with 401",
    arrange: () =>
      at(
        ({ url }, response) =>
          url.includes("/healthz")
            ? healthy(response, true)
            : json(response, 401, refusal(16, "Request header error: there is no user identity header.")),
        { namespace: "team-a" },
      ),
    code: "NO_IDENTITY",
    fix: /istio-ingressgateway/,
  },
  ...[500, 409].map(
    (status): Scene => ({
      number: 6,
      what: `neither a gateway nor a token says who is asking, as older versions say it with ${status}`,
      symptom: `there is no user identity header, with ${status}`,
      arrange: () =>
        at(
          ({ url }, response) =>
            url.includes("/healthz")
              ? healthy(response, true)
              : json(
                  response,
                  status,
                  refusal(status === 409 ? 10 : 13, "Request header error: there is no user identity header."),
                ),
          { namespace: "team-a" },
        ),
      code: "NO_IDENTITY",
    }),
  ),
  {
    number: 9,
    what: "a sidecar is missing on one side",
    symptom: reset,
    arrange: () => at(says(503, plain, reset, envoy)),
    code: "UPSTREAM_FAILED",
    names: /connection termination/,
    fix: /sidecar/,
  },
  {
    number: 24,
    what: "the gateway gives up waiting for a slow API",
    symptom: "504 upstream request timeout, where something was to be created",
    arrange: () =>
      at(({ method, url }, response) =>
        method === "GET" && url.includes("/healthz")
          ? healthy(response, false)
          : page(response, 504, plain, "upstream request timeout", envoy),
      ),
    call: (kfp) => kfp.experiments.create({ displayName: "slow" }),
    code: "GATEWAY_TIMEOUT",
    connect: "connects",
    fix: /look for it first/,
  },
  {
    number: 24,
    what: "the gateway gives up waiting for an API that hangs",
    symptom: "504 upstream request timeout",
    arrange: () => at(says(504, plain, "upstream request timeout", envoy)),
    code: "GATEWAY_TIMEOUT",
  },
];

/** These take a network, or sidecars. */
export const meshScenesElsewhere: readonly SceneElsewhere[] = [
  {
    number: 8,
    what: "a NetworkPolicy drops what comes from other namespaces",
    symptom: "no answer at all to the first packet",
    code: "CONNECT_TIMEOUT",
    file: "test/ci/network/command.test.ts",
  },
];
