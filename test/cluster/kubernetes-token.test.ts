import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isKfpError, kubernetesToken, nodeHttpTransport } from "@kfp-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, kubeconfig, kubectl } from "./support/cluster.ts";

const namespace = `c-token-${process.pid}`;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-kubernetes-token-"));
  await kubectl(["create", "namespace", namespace]);
  await kubectl(["create", "serviceaccount", "runner", "-n", namespace]);
});
afterAll(async () => {
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
  rmSync(folder, { recursive: true, force: true });
});

/** The cluster's kubeconfig, for a user who may do nothing. */
async function asNobody(): Promise<string> {
  const path = join(folder, "nobody");
  const config = JSON.parse(await kubectl(["config", "view", "--raw", "--output=json"]));
  for (const { user } of config.users) user.as = "nobody@example.com";
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

const request = {
  method: "GET",
  url: "http://x/",
  endpoint: "http://x",
  transport: nodeHttpTransport({ connectTimeoutMs: 60_000 }),
  signal: AbortSignal.timeout(60_000),
};

/** The claims of the token that would be sent. */
async function claimsOf(options: Partial<Parameters<typeof kubernetesToken>[0]>): Promise<Record<string, unknown>> {
  const made = kubernetesToken({ serviceAccount: "runner", namespace, kubeconfig: kubeconfig(), ...options });
  const { authorization = "" } = await made.headers(request);
  return JSON.parse(Buffer.from(authorization.split(".")[1] ?? "", "base64url").toString("utf8"));
}

/** What making the token fails with. */
async function failure(options: Partial<Parameters<typeof kubernetesToken>[0]>) {
  try {
    await claimsOf(options);
  } catch (error) {
    if (isKfpError(error)) return { code: error.code, message: error.message, fix: error.fix };
    throw error;
  }
  throw new Error("a token was made");
}

describe("a token that the Kubernetes API makes", () => {
  it("stands for the service account and is for Kubeflow Pipelines", async () => {
    const { sub, aud, exp, iat } = await claimsOf({ expirationSeconds: 600 });
    expect([sub, aud]).toEqual([`system:serviceaccount:${namespace}:runner`, ["pipelines.kubeflow.org"]]);
    expect(Number(exp) - Number(iat)).toBe(600);
  });

  it("takes the right to make it; who lacks that is told which Role and RoleBinding give it, and they do", async () => {
    const nobody = await asNobody();
    const { code, message, fix } = await failure({ kubeconfig: nobody });
    expect(code).toBe("TOKEN_REQUEST_FAILED");
    expect(message).toMatch(/nobody@example\.com.*serviceaccounts\/token/);
    const yaml = fix.slice(fix.indexOf("apiVersion:")).replace("YOUR-USER", "nobody@example.com");
    await kubectl(["apply", "-f", "-"], yaml);
    await eventually("the right is there", async () => {
      const { sub } = await claimsOf({ kubeconfig: nobody });
      return sub === `system:serviceaccount:${namespace}:runner`;
    });
  });

  it("of a service account that is not there is none", async () => {
    expect(await failure({ serviceAccount: "no-such" })).toMatchObject({
      code: "TOKEN_REQUEST_FAILED",
      message: expect.stringContaining('serviceaccounts "no-such" not found'),
      fix: expect.stringContaining("kubectl get serviceaccounts"),
    });
  });
});
