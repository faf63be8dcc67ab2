import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type DiagnoseOptions, diagnose } from "../../src/index.ts";
import { closedPort } from "../helpers/local-server.ts";
import { scenes } from "./scenes.ts";

const asked = scenes.filter(({ connect }) => connect !== "connects");
const wellUntilCalled = scenes.filter(({ connect }) => connect === "connects");

describe("the doctor names what a call names, or better", () => {
  test.each(asked)("B$number: $what", async ({ arrange, code, doctor = code, names, doctorNames = names, fix }) => {
    const { verdict } = await diagnose({ maxRetries: 0, ...(await arrange()) } as DiagnoseOptions);
    expect(verdict, verdict.cause).toMatchObject({ ok: false, code: doctor, docs: `docs/errors/${doctor}.md` });
    expect(verdict.fix).not.toBe("");
    if (doctorNames !== undefined) expect(verdict.cause).toMatch(doctorNames);
    if (fix !== undefined && doctor === code) expect(verdict.fix).toMatch(fix);
  });
});

describe("the doctor does not call a server ill that refuses some calls", () => {
  test.each(wellUntilCalled)("B$number: $what", async ({ arrange, code }) => {
    const { verdict, probes } = await diagnose({ maxRetries: 0, ...(await arrange()) } as DiagnoseOptions);
    expect(verdict, verdict.cause).toMatchObject({ ok: true });
    if (code === "NAMESPACE_NOT_SUPPORTED") {
      expect(probes).toContainEqual(expect.objectContaining({ name: "namespace", code }));
    }
  });
});

test("the doctor names a cluster that cannot be reached, and shows that it looked for a way through it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "kfp-ts-doctor-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const kubeconfig = join(directory, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "far",
    contexts: [{ name: "far", context: { cluster: "far", user: "ada" } }],
    clusters: [{ name: "far", cluster: { server: `http://127.0.0.1:${await closedPort()}` } }],
    users: [{ name: "ada", user: { token: "s3cr3t" } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const diagnosis = await diagnose({ kubeconfig, kubeContext: "far", service: "kubeflow/ml-pipeline-ui" });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "CLUSTER_UNREACHABLE" });
  expect(diagnosis.probes).toContainEqual(expect.objectContaining({ name: "way", outcome: "failed" }));
  expect(JSON.stringify(diagnosis)).not.toContain("s3cr3t");
});
