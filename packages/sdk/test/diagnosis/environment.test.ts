import { expect, test } from "vitest";
import { proxyOfEnvironment, seenInEnvironment } from "../../src/diagnosis/environment.ts";

const proxy = "http://proxy.example.com:3128";
const catches = (env: Readonly<Record<string, string>>, host: string) =>
  proxyOfEnvironment(env, new URL(host))?.catches;

test("a proxy catches hosts of its scheme, unless they are excepted", () => {
  const inCluster = "http://ml-pipeline.kubeflow:8888";
  expect(catches({ HTTP_PROXY: proxy }, inCluster)).toBe(true);
  expect(catches({ all_proxy: proxy }, inCluster)).toBe(true);
  expect(catches({ HTTPS_PROXY: proxy }, inCluster)).toBe(false);
  expect(catches({ HTTPS_PROXY: proxy }, "https://kubeflow.example.com")).toBe(true);
  expect(catches({ HTTP_PROXY: proxy, NO_PROXY: ".kubeflow,.svc,.cluster.local" }, inCluster)).toBe(false);
  expect(catches({ HTTP_PROXY: proxy, no_proxy: "*" }, inCluster)).toBe(false);
  expect(catches({ HTTP_PROXY: proxy, NO_PROXY: "example.com" }, inCluster)).toBe(true);
  expect(proxyOfEnvironment({}, new URL(inCluster))).toBeUndefined();
});

test("a password of the environment is said to be there, and not shown", () => {
  const [first] = seenInEnvironment({ KFP_PASSWORD: "s3cr3t", KFP_ENDPOINT: "https://me:s3cr3t@kubeflow.example.com" });
  expect(first?.saw).toBe("KFP_ENDPOINT=https://***@kubeflow.example.com, KFP_PASSWORD is set");
});

test("a process that checks no certificate is told so", () => {
  expect(seenInEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toContainEqual(
    expect.objectContaining({ outcome: "noted", saw: expect.stringContaining("no certificate is checked") }),
  );
});
