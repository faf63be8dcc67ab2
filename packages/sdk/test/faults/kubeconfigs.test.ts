import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { connect, diagnose } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-faults-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kubeconfig(text: string): string {
  const path = join(folder, `${crypto.randomUUID()}.yaml`);
  writeFileSync(path, text);
  return path;
}

function withPlugin(command: string, ...args: readonly string[]): string {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never", command, args };
  const all = {
    clusters: [{ name: "c", cluster: { server: "http://127.0.0.1:1" } }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    "current-context": "a",
  };
  return kubeconfig(JSON.stringify(all));
}

describe("connect() through a kubeconfig that cannot be used says so in its time", () => {
  test.each([
    ["is empty", () => kubeconfig("")],
    ["is no text", () => kubeconfig("\u0000\u0001\u0002")],
    ["is a folder", () => folder],
    ["is not there", () => join(folder, "missing")],
    ["names no cluster", () => kubeconfig("contexts: [{name: a}]\ncurrent-context: a\n")],
    ["has two contexts of the same name", () => kubeconfig("contexts: [{name: a}, {name: a}]\ncurrent-context: a\n")],
    [
      "has 100 MB",
      () => {
        const path = kubeconfig("");
        truncateSync(path, 100 * 1024 * 1024);
        return path;
      },
    ],
  ])("one that %s", async (_name, path) => {
    const options = { kubeconfig: path(), withinMs: 5_000 };
    const failure = await failureOf(connect(options));
    expect(failure.code, failure.message).toBe("KUBECONFIG_UNUSABLE");
    expect(failure.message).toContain(options.kubeconfig);
    expect((await diagnose(options)).verdict).toMatchObject({ ok: false, code: "KUBECONFIG_UNUSABLE" });
  });

  test("one whose exec plugin is missing names the plugin", async () => {
    const failure = await failureOf(connect({ kubeconfig: withPlugin("no-such-plugin"), withinMs: 5_000 }));
    expect(failure.message).toContain("no-such-plugin");
    expect(["KUBECONFIG_UNUSABLE", "CLUSTER_DENIED"]).toContain(failure.code);
  });

  test("one whose exec plugin hangs is given up", async () => {
    const began = performance.now();
    const failure = await failureOf(connect({ kubeconfig: withPlugin("sleep", "20"), withinMs: 1_000 }));
    expect(failure.kind, failure.message).toMatch(/time|connection|access/);
    expect(performance.now() - began).toBeLessThan(8_000);
  });
});
