import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayMulti } from "../../packages/server/test/contract/replay-multi.ts";
import { readScenarios, recordings, recordingsPresent } from "../../packages/server/test/contract/scenario.ts";
import { apply, createToken, kubeconfig, kubectl } from "./support/cluster.ts";
import { type RunningCommand, serving } from "./support/command.ts";
import { expiredToken } from "./support/expired-token.ts";

const namespaces = ["kubeflow", "team-a", "team-b"];
let home: string;
let server: RunningCommand;

// The recordings lie beside the checkout, not in it: without them there is nothing to replay.
describe.skipIf(!recordingsPresent)("what a real Kubeflow Pipelines answered to many users", () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "kfp-ts-contract-"));
    await apply(
      ...namespaces.flatMap((name) => [
        { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default-editor", namespace: name } },
      ]),
      readFileSync(new URL("rbac.yaml", recordings), "utf8"),
    );
    // What a test before this one has applied, the cluster may still have to work into the roles.
    await kubectl([
      "auth",
      "can-i",
      "create",
      "runs.pipelines.kubeflow.org",
      "-n",
      "team-a",
      "--as",
      "alice@example.com",
    ]);
    const options = ["--in-memory", "--port", "0", "--trust-identity-header"];
    server = await serving(["serve", "--multi-user", "--kubeconfig", kubeconfig(), ...options], { home });
  });
  afterAll(async () => {
    await server?.stop();
    await kubectl(["delete", "namespace", "team-a", "team-b", "--wait=false"]);
    rmSync(home, { recursive: true, force: true });
  });

  const scenarios = recordingsPresent ? readScenarios("multi").map(({ name }) => name) : [];
  it.concurrent.each(scenarios)("is answered the same with Kubernetes behind the server: %s", async (name) => {
    const [outcome] = await replayMulti({ baseUrl: server.url, token: tokenOf, only: [name] });
    expect(outcome?.failures).toEqual([]);
    expect(outcome?.left).toEqual([]);
  });
});

/** A token that the cluster has made for a symbolic name of the recordings. */
async function tokenOf(symbolic: string): Promise<string> {
  const [account = "", variant] = symbolic.split("?");
  const [namespace = "", name = ""] = account.split("/");
  if (variant === "audience=wrong") return createToken(namespace, name, "https://kubernetes.default.svc");
  const token = await createToken(namespace, name);
  return variant === "expired" ? expiredToken(token) : token;
}
