import { describe, expect, test } from "vitest";
import { deploymentNamespaces, endpointCandidates } from "../../src/discovery/candidates.ts";
import { isPipelinesService } from "../../src/discovery/pipelines-service.ts";

describe("where Kubeflow Pipelines is looked for", () => {
  test("is the namespace that was said, and no other", () => {
    expect(deploymentNamespaces({ said: "pipelines", own: "team-a" })).toEqual(["pipelines"]);
  });

  test("is else the pod's own namespace and kubeflow, each once", () => {
    expect(deploymentNamespaces({ said: undefined, own: "team-a" })).toEqual(["team-a", "kubeflow"]);
    expect(deploymentNamespaces({ said: undefined, own: "kubeflow" })).toEqual(["kubeflow"]);
    expect(deploymentNamespaces({ said: undefined, own: undefined })).toEqual(["kubeflow"]);
  });

  test("in each the API itself first, then the web server before it", () => {
    expect(endpointCandidates(["a", "kubeflow"])).toEqual([
      "http://ml-pipeline.a:8888",
      "http://ml-pipeline-ui.a",
      "http://ml-pipeline.kubeflow:8888",
      "http://ml-pipeline-ui.kubeflow",
    ]);
  });
});

describe("a service of Kubeflow Pipelines in its cluster", () => {
  test.each([
    "http://ml-pipeline-ui",
    "http://ml-pipeline-ui.kubeflow",
    "http://ml-pipeline.kubeflow:8888",
    "http://ml-pipeline.other.svc:8888",
    "http://ml-pipeline.other.svc.cluster.local:8888/pipeline",
  ])("is %s", (url) => {
    expect(isPipelinesService(url, ["kubeflow"])).toBe(true);
  });

  test.each([
    "http://ml-pipeline.com",
    "http://ml-pipeline.kubeflow.example.com",
    "http://ml-pipeline-ui.kubeflow.svc.example.com",
    "http://evil.ml-pipeline",
    "http://localhost:3000",
    "https://kubeflow.example.com/ml-pipeline.kubeflow",
    "no url",
  ])("is not %s", (url) => {
    expect(isPipelinesService(url, ["kubeflow"])).toBe(false);
  });
});
