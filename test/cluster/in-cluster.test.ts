import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, isKfpError, kubernetesToken, ServiceAccountTokenVolumeCredentials } from "@kfp-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastJson, run } from "../ci/support/run.ts";
import { apply, createToken, eventually, kubeconfig, kubectl, profileNamespace } from "./support/cluster.ts";
import { kfpTs, type RunningCommand, serving } from "./support/command.ts";
import { expiredToken } from "./support/expired-token.ts";

const python = process.env.KFP_TS_PYTHON;
/** Those of the page's RoleBinding. */
const [one, two] = ["namespace-1", "namespace-2"] as const;
let home: string;
let server: RunningCommand;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-in-cluster-"));
  const applied = await kfpTs(["manifests", "cluster-roles", "--apply", "--yes", "--kubeconfig", kubeconfig()], {
    home,
  });
  expect(applied.code, applied.stderr).toBe(0);
  await apply(...profileNamespace(one), ...profileNamespace(two));
  // One second, because what this test changes in the cluster is to be seen soon.
  const options = ["--in-memory", "--port", "0", "--review-cache-seconds", "1"];
  server = await serving(["serve", "--multi-user", "--no-run", "--kubeconfig", kubeconfig(), ...options], { home });
  const token = await createToken(one, "default-editor");
  await eventually("the cluster has put the roles together", async () => (await listing(token, one)).code === "");
});
afterAll(async () => {
  await server?.stop();
  await kubectl(["delete", "namespace", one, two, "--ignore-not-found"]);
  rmSync(home, { recursive: true, force: true });
});

/** The file that a projected volume would give a pod. */
function projected(token: string): string {
  const path = join(mkdtempSync(join(home, "volume-")), "token");
  writeFileSync(path, token, { mode: 0o600 });
  return path;
}

const clientOf = (path: string, namespace: string) =>
  new Client({ host: server.url, namespace, credentials: new ServiceAccountTokenVolumeCredentials({ path }) });

/** What a list of experiments is answered with. */
async function listing(token: string, namespace: string): Promise<{ code: string; message: string }> {
  try {
    await clientOf(projected(token), namespace).experiments.list();
    return { code: "", message: "" };
  } catch (error) {
    if (isKfpError(error)) return { code: error.code, message: `${error.message}\n${error.fix ?? ""}` };
    throw error;
  }
}

describe("a pod of a profile, with the token that its volume projects", () => {
  it("makes and lists experiments of its own namespace", async () => {
    const client = clientOf(projected(await createToken(one, "default-editor")), one);
    await client.experiments.create({ displayName: "from a pod" });
    const names: string[] = [];
    for await (const { displayName } of client.experiments.list()) names.push(displayName);
    expect(names).toContain("from a pod");
  });

  it("is told who it is and what it may do", async () => {
    const client = clientOf(projected(await createToken(one, "default-editor")), one);
    expect(await client.whoAmI({ namespace: one })).toMatchObject({
      identity: { user: `system:serviceaccount:${one}:default-editor` },
      resources: { experiments: { list: "allowed" }, runs: { list: "allowed" } },
    });
    expect(await client.whoAmI({ namespace: two })).toMatchObject({ resources: { experiments: { list: "denied" } } });
  });

  it.skipIf(python === undefined)("lists them with Python's client as well", async () => {
    const token = projected(await createToken(one, "default-editor"));
    const script = `
import json, sys, kfp
from kfp.client.set_volume_credentials import ServiceAccountTokenVolumeCredentials
credentials = ServiceAccountTokenVolumeCredentials(path=None)
client = kfp.Client(host=sys.argv[1], credentials=credentials)
print(json.dumps([e.display_name for e in client.list_experiments(namespace=sys.argv[2]).experiments]))
`;
    const env = { ...process.env, HOME: home, KF_PIPELINES_SA_TOKEN_PATH: token };
    expect(lastJson(await run(python as string, ["-c", script, server.url, one], { env }))).toContain("from a pod");
  });

  it("reaches another namespace once the page's RoleBinding is there, and is refused with the reason before", async () => {
    const token = await createToken(two, "default-editor");
    const refused = await listing(token, one);
    expect(refused.code).toBe("PERMISSION_DENIED");
    expect(refused.message).toContain(`User 'system:serviceaccount:${two}:default-editor' is not authorized`);
    expect(refused.message).toMatch(/Namespace:namespace-1,Verb:list,Group:pipelines.kubeflow.org/);

    const binding = await kfpTs(
      ["manifests", "role-binding", "--namespace", one, "--to-service-account", `${two}/default-editor`],
      { home },
    );
    expect(binding.code, binding.stderr).toBe(0);
    await apply(binding.stdout);
    await eventually("the role binding has an effect", async () => (await listing(token, one)).code === "");
    const client = clientOf(projected(token), one);
    expect((await client.experiments.create({ displayName: "from the other namespace" })).namespace).toBe(one);
  });
});

describe("a token that is not good is refused, and the answer says why", () => {
  it("made for another audience", async () => {
    const { code, message } = await listing(await createToken(one, "default-editor", "https://vault.example.com"), one);
    expect(code).toBe("TOKEN_WRONG_AUDIENCE");
    expect(message).toContain("https://vault.example.com");
    expect(message).toContain("pipelines.kubeflow.org");
  });

  it("past its end", async () => {
    const { code, message } = await listing(expiredToken(await createToken(one, "default-editor")), one);
    expect(code).toBe("TOKEN_EXPIRED");
    expect(message).toMatch(/expired|ended/i);
  });

  it("of a service account that was deleted", async () => {
    await kubectl(["create", "serviceaccount", "leaver", "-n", one]);
    const token = await createToken(one, "leaver");
    expect((await listing(token, one)).code).toBe("PERMISSION_DENIED");
    await kubectl(["delete", "serviceaccount", "leaver", "-n", one]);
    await eventually("it is refused", async () => (await listing(token, one)).code === "TOKEN_REFUSED");
    expect((await listing(token, one)).message).toMatch(/leaver/);
  });
});

describe("from outside of the cluster, with a kubeconfig", () => {
  it("kubernetesToken is the service account, and everything works as in its pods", async () => {
    const credentials = kubernetesToken({ serviceAccount: "default-editor", namespace: one, kubeconfig: kubeconfig() });
    const client = new Client({ host: server.url, namespace: one, credentials });
    expect((await client.whoAmI({ namespace: one })).identity).toMatchObject({
      user: `system:serviceaccount:${one}:default-editor`,
    });
    expect((await client.experiments.list()).totalSize).toBeGreaterThan(0);
  });
});
