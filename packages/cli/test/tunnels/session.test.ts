import { startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";
import { forwardingCluster } from "../forwarding-cluster.ts";

const cluster = forwardingCluster();
let pipelines: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  pipelines = await startServer({ version: "test", database: { kind: "memory" }, port: 0 });
});
afterAll(() => pipelines.close());
beforeEach(() => {
  cluster.services = [{ namespace: "kubeflow", name: "ml-pipeline-ui", to: pipelines.url }];
});

const kfp = (line: string, env: Record<string, string> = {}) =>
  outcomeOf(fakeIo({ argv: line.split(" "), env: { ...cluster.env, XDG_RUNTIME_DIR: cluster.folder, ...env } }));

/** A command has ended when it says so; what it held is given back behind it. */
const untilClosed = async (): Promise<void> => {
  while (cluster.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("--tunnel", () => {
  test("to a service that is named leads there, says nothing, and ends with the command", async () => {
    const { code, stdout, stderr } = await kfp("experiments list --tunnel kubeflow/ml-pipeline-ui -o json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toHaveProperty("total_size");
    expect(cluster.asked).not.toContain("/api/v1/services");
    await untilClosed();
  });

  test("alone finds the service, and says what to say", async () => {
    const { code, stderr } = await kfp("experiments list --tunnel");
    expect(code).toBe(0);
    expect(stderr).toContain("Using kubeflow/ml-pipeline-ui of the kubeconfig's context fake through a tunnel");
    expect(stderr).toContain("--tunnel fake/kubeflow/ml-pipeline-ui");
  });

  test("goes before a variable and is not needed where a cluster is named", async () => {
    const nowhere = { KFP_ENDPOINT: "http://127.0.0.1:1" };
    expect(await kfp("experiments list --tunnel", nowhere)).toMatchObject({ code: 0 });
    expect(await kfp("experiments list --kube-context fake", nowhere)).toMatchObject({ code: 0 });
    expect(await kfp("experiments list --kube-context other", nowhere)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("other"),
    });
  });

  test.each([
    ["experiments list --tunnel --endpoint http://localhost:3000", "--tunnel and --endpoint exclude each other"],
    ["experiments list --tunnel --context prod", "--tunnel and --context exclude each other"],
    ["experiments list --kube-context a --endpoint http://a", "--kube-context and --endpoint exclude each other"],
    ["experiments list --tunnel=a/b/c --kube-context d", "Two contexts"],
    ["experiments list --tunnel=A", "names no service"],
    ["login --tunnel", "port-forward"],
  ])("%s is wrong usage", async (line, words) => {
    expect(await kfp(line)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(words) });
  });

  test("where several are meant they are listed as they have to be said", async () => {
    cluster.services = ["one", "two"].map((namespace) => ({ namespace, name: "ml-pipeline-ui", to: pipelines.url }));
    expect(await kfp("experiments list --tunnel")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/ {2}one\/ml-pipeline-ui\n {2}two\/ml-pipeline-ui\n/),
    });
    expect(await kfp("experiments list --tunnel --namespace two")).toMatchObject({ code: 0 });
  });
});

describe("where nobody has said a server", () => {
  test("the cluster of the kubeconfig is looked into, and what is found is told", async () => {
    const { code, stderr } = await kfp("experiments list");
    expect(code).toBe(0);
    expect(stderr).toContain("Using kubeflow/ml-pipeline-ui");
  });

  test("with an endpoint the cluster is not asked anything", async () => {
    expect(await kfp("experiments list", { KFP_ENDPOINT: pipelines.url })).toMatchObject({ code: 0, stderr: "" });
    expect(cluster.asked).toEqual([]);
  });

  test("with nothing in it, what was looked at is said, and how to start one", async () => {
    cluster.services = [];
    const { code, stderr } = await kfp("experiments list");
    expect(code).toBe(2);
    for (const words of [
      "No endpoint",
      "no context",
      "no kfp-ts serve",
      "kubeconfig",
      "ml-pipeline-ui",
      "context fake",
    ]) {
      expect(stderr).toContain(words);
    }
    expect(stderr).toMatch(/fix: Start one with kfp-ts serve/);
  });

  test("a cluster that does not answer is passed over in the same words", async () => {
    const { code, stderr } = await kfp("experiments list", { KUBECONFIG: "/nonexistent/kubeconfig" });
    expect(code).toBe(2);
    expect(stderr).toContain("/nonexistent/kubeconfig");
    expect(stderr).toContain("kfp-ts serve");
  });

  test("a cluster that refuses is not passed over", async () => {
    cluster.denied = "portforward";
    expect(await kfp("experiments list")).toMatchObject({ code: 4, stderr: expect.stringContaining("kind: Role") });
  });
});

describe("kfp-ts context show says where a tunnel comes from, and asks nobody", () => {
  test.each([
    [
      "context show",
      "Kubeflow Pipelines, which is looked for in the cluster of the kubeconfig's current context",
      "the kubeconfig, as nobody has said it",
    ],
    [
      "context show --tunnel prod/kubeflow/ml-pipeline",
      "kubeflow/ml-pipeline in the cluster of the kubeconfig's context prod",
      "the option --tunnel",
    ],
    ["context show --kube-context prod", "the kubeconfig's context prod", "the option --kube-context"],
  ])("%s", async (line, value, from) => {
    const { code, stdout } = await kfp(`${line} -o json`);
    expect(code).toBe(0);
    const { endpoint } = JSON.parse(stdout).settings;
    expect(endpoint.value).toContain(value);
    expect(endpoint.from).toBe(from);
    expect(cluster.asked).toEqual([]);
  });
});
