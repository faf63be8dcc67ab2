import { describe, expect, test } from "vitest";
import { readTarget, writeTarget } from "../../src/tunnels/target.ts";
import { attachTunnel } from "../../src/tunnels/tunnel-option.ts";

describe("a service is named", () => {
  test.each([
    ["ml-pipeline-ui", { service: "ml-pipeline-ui" }],
    ["kubeflow/ml-pipeline-ui", { namespace: "kubeflow", service: "ml-pipeline-ui" }],
    ["kubeflow/svc/ml-pipeline-ui", { namespace: "kubeflow", service: "ml-pipeline-ui" }],
    ["svc/ml-pipeline-ui", { service: "ml-pipeline-ui" }],
    ["kubeflow/ml-pipeline:8888", { namespace: "kubeflow", service: "ml-pipeline", port: 8888 }],
    ["kubeflow/ml-pipeline:http", { namespace: "kubeflow", service: "ml-pipeline", port: "http" }],
    ["kind-kind/kubeflow/ml-pipeline", { kubeContext: "kind-kind", namespace: "kubeflow", service: "ml-pipeline" }],
    [
      "arn:aws:eks:eu-west-1:1:cluster/prod/kubeflow/ml-pipeline",
      { kubeContext: "arn:aws:eks:eu-west-1:1:cluster/prod", namespace: "kubeflow", service: "ml-pipeline" },
    ],
  ])("%s", (text, target) => {
    expect(readTarget(text)).toEqual(target);
  });

  test.each([
    "",
    "/",
    "a/",
    "/b",
    "Kubeflow/ml-pipeline",
    "a/b c",
    "http://localhost:3000",
    "a/b:",
    "a/b:80:81",
    "../x",
    "a/b.yaml",
  ])("not by %j", (text) => {
    expect(() => readTarget(text)).toThrow(`"${text}" names no service.`);
  });

  test("what is written is read as the same", () => {
    const text = "prod/kubeflow/ml-pipeline:8888";
    expect(writeTarget(readTarget(text))).toBe(text);
  });
});

describe("--tunnel has a value", () => {
  test.each([
    ["runs list --tunnel kubeflow/ml-pipeline-ui", "runs list --tunnel=kubeflow/ml-pipeline-ui"],
    ["--tunnel prod/kubeflow/ml-pipeline-ui runs list", "--tunnel=prod/kubeflow/ml-pipeline-ui runs list"],
    ["runs list --tunnel istio-ingressgateway -o json", "runs list --tunnel=istio-ingressgateway -o json"],
    ["runs list --tunnel=mine", "runs list --tunnel=mine"],
  ])("in %s", (line, tied) => {
    expect(attachTunnel(line.split(" ")).join(" ")).toBe(tied);
  });

  test.each([
    ["runs list --tunnel", "runs list --tunnel="],
    ["--tunnel runs list", "--tunnel= runs list"],
    ["runs get --tunnel run/123", "runs get --tunnel= run/123"],
    ["pipelines upload --tunnel out/hello.yaml", "pipelines upload --tunnel= out/hello.yaml"],
    ["runs list --tunnel --all", "runs list --tunnel= --all"],
  ])("but not in %s", (line, tied) => {
    expect(attachTunnel(line.split(" ")).join(" ")).toBe(tied);
  });
});
