import { expect, test } from "vitest";
import { KfpError } from "../../src/index.ts";
import {
  chooseService as choose,
  gatewayIn,
  namespacesToLookInto,
  pipelinesServices,
} from "../../src/tunnels/choose-service.ts";
import type { InCluster } from "../../src/tunnels/tunnel.ts";

const chooseService = (found: InCluster, names: readonly string[], wanted: Parameters<typeof choose>[2]) =>
  choose(found, names, wanted, ({ namespace, service }) => `prod/${namespace}/${service}`);

const service = (namespace: string, name: string) => ({ namespace, name, ports: [{ name: "http", port: 80 }] });
const cluster = (...services: ReturnType<typeof service>[]) => ({
  kubeContext: "kind",
  contextNamespace: undefined,
  server: "https://127.0.0.1:6443",
  services,
  namespaces: undefined as readonly string[] | undefined,
  refusal: undefined as KfpError | undefined,
});
const ui = service("kubeflow", "ml-pipeline-ui");
const api = service("kubeflow", "ml-pipeline");

test("of a namespace the preferred service is taken", () => {
  expect(chooseService(cluster(api, ui), pipelinesServices, {})).toEqual({
    namespace: "kubeflow",
    service: "ml-pipeline-ui",
  });
  expect(chooseService(cluster(api), pipelinesServices, {})).toMatchObject({ service: "ml-pipeline" });
});

test("of several namespaces none is guessed: each is listed as it has to be named", () => {
  const other = service("other", "ml-pipeline");
  expect(() => chooseService(cluster(ui, api, other), pipelinesServices, {})).toThrow(
    expect.objectContaining({
      code: "AMBIGUOUS_ENDPOINT",
      fix: "Name one of them:\n  prod/kubeflow/ml-pipeline-ui\n  prod/other/ml-pipeline",
    }),
  );
  expect(chooseService(cluster(ui, api, other), pipelinesServices, { namespace: "other" })).toMatchObject({
    namespace: "other",
  });
});

test("the namespace that is worked in is meant where it has the service", () => {
  const own = service("team-a", "ml-pipeline");
  expect(chooseService(cluster(ui, own), pipelinesServices, { likely: "team-a" })).toMatchObject({
    namespace: "team-a",
  });
  expect(chooseService(cluster(ui), pipelinesServices, { likely: "team-a" })).toMatchObject({ namespace: "kubeflow" });
});

test("where there is none, it is said of which cluster and where", () => {
  expect(() => chooseService(cluster(), pipelinesServices, {})).toThrow(
    expect.objectContaining({ code: "SERVICE_NOT_FOUND", message: expect.stringMatching(/kind.*6443.*any namespace/) }),
  );
  expect(() => chooseService(cluster(ui), ["mine"], { namespace: "kubeflow" })).toThrow(
    /no service mine in the namespace kubeflow/,
  );
});

test("where not everywhere could be looked, that is the reason and not that there is none", () => {
  const refusal = new KfpError("CLUSTER_DENIED", { message: "services may not be listed", fix: "Apply this Role" });
  const found = { ...cluster(), namespaces: ["kubeflow"], refusal };
  expect(() => chooseService(found, pipelinesServices, {})).toThrow(
    expect.objectContaining({
      code: "CLUSTER_DENIED",
      message: expect.stringContaining("services may not be listed"),
      fix: expect.stringContaining("Apply this Role"),
    }),
  );
});

test("where the very namespace could not be looked into, it is not said that nothing is there", () => {
  const refusal = new KfpError("CLUSTER_DENIED", { message: "services may not be listed", fix: "Apply this Role" });
  const found = { ...cluster(), namespaces: ["team-a"], refusal };
  expect(() => chooseService(found, pipelinesServices, { namespace: "other" })).toThrow(
    expect.objectContaining({
      code: "CLUSTER_DENIED",
      message: expect.stringMatching(/look into the namespace other: services may not be listed/),
    }),
  );
});

test("who may not list all is shown where it usually is, and only there where it has to be", () => {
  expect(namespacesToLookInto({ likely: "team-a" })).toEqual(["team-a", "kubeflow", "istio-system"]);
  expect(namespacesToLookInto({ likely: "kubeflow" })).toEqual(["kubeflow", "istio-system"]);
  expect(namespacesToLookInto({ namespace: "pipelines", likely: "team-a" })).toEqual(["pipelines"]);
});

test("the gateway is the one of Istio's own namespace", () => {
  expect(gatewayIn(cluster(ui, service("istio-system", "istio-ingressgateway")))).toEqual({
    namespace: "istio-system",
    service: "istio-ingressgateway",
  });
  expect(gatewayIn(cluster(ui, service("team-a", "istio-ingressgateway")))).toBeUndefined();
});
