import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectError, connect, diagnose } from "@kfp-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, eventually, forwardTo, kubeconfig, kubectl } from "./support/cluster.ts";
import { type RunningCommand, serving } from "./support/command.ts";
import { deployedService, readyEndpoints } from "./support/deployed-service.ts";

const namespace = `t-connect-${Date.now().toString(36)}`;
const service = "ml-pipeline-ui";
const before = { ...process.env };
let home: string;
let server: RunningCommand;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-connect-"));
  server = await serving(["serve", "--in-memory", "--no-run", "--port", String(forwardTo())], {
    home: join(home, "server"),
  });
  await apply(...deployedService({ namespace, service, account: "default", replicas: 1 }));
  await eventually("the pod is ready", async () => (await readyEndpoints(namespace)) === 1);
  // A home in which nobody has saved anything.
  for (const name of ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "KF_PIPELINES_ENDPOINT"]) {
    delete process.env[name];
  }
  Object.assign(process.env, { HOME: home, KUBECONFIG: kubeconfig() });
});
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await server?.stop();
  await kubectl(["delete", "namespace", namespace]);
  await kubectl(["delete", "node", namespace]);
  rmSync(home, { recursive: true, force: true });
});

describe("connect through the Kubernetes API", () => {
  it("finds the service of the kubeconfig's cluster by itself, and goes there through a tunnel", async () => {
    const kfp = await connect({ pipelinesNamespace: namespace });
    const { connection } = kfp;
    expect(connection).toMatchObject({
      how: "kubeconfig",
      multiUser: false,
      tunnel: { kubeContext: "kfp-ts-test", namespace, service },
    });
    expect(connection.host).toBe(`http://127.0.0.1:${connection.tunnel?.localPort}`);
    expect((await kfp.experiments.list()).items.length).toBeGreaterThan(0);
    await kfp.close();
    await expect(kfp.experiments.list({}, { maxRetries: 0 })).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  });

  it("goes where it is told, and is closed at the end of its block", async () => {
    let host: string;
    {
      await using kfp = await connect({ kubeContext: "kfp-ts-test", service: `${namespace}/${service}` });
      expect(kfp.connection.how).toBe("passed");
      host = kfp.connection.host;
      await kfp.withOptions({ timeoutMs: 5_000 }).healthz.get();
    }
    await expect(connect({ host })).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  });

  it("is looked at by the doctor step by step: the cluster, the tunnel with its pod, and what answers", async () => {
    const { verdict, probes } = await diagnose({ pipelinesNamespace: namespace });
    expect(verdict).toMatchObject({ ok: true });
    const seen = probes.filter(({ name }) => name === "cluster").map(({ saw }) => saw);
    expect(seen[0]).toContain(`has ${namespace}/${service}`);
    expect(seen[1]).toMatch(new RegExp(`of ${namespace}/${service}, and reaches the pod ${service}-`));
    const missing = await diagnose({ service: `${namespace}/nothing` });
    expect(missing.verdict).toMatchObject({ ok: false, code: "SERVICE_NOT_FOUND" });
    expect(missing.probes.find(({ name }) => name === "cluster")).toMatchObject({ code: "SERVICE_NOT_FOUND" });
  });

  it("says that there is no such service, and no such context", async () => {
    const missing = await connect({ service: `${namespace}/nothing` }).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(ConnectError);
    expect(missing).toMatchObject({ code: "SERVICE_NOT_FOUND", steps: [{ source: "passed", outcome: "failed" }] });
    const unknown = await connect({ kubeContext: "nowhere" }).catch((error: unknown) => error);
    expect(unknown).toMatchObject({ code: "KUBECONFIG_UNUSABLE" });
  });
});
