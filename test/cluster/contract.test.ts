import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayMulti } from "../../packages/server/test/contract/replay-multi.ts";
import { readScenarios, recordings, recordingsPresent } from "../../packages/server/test/contract/scenario.ts";
import { apply, createToken, eventually, kubeconfig, kubectl } from "./support/cluster.ts";
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
    await eventually(
      "the roles have an effect",
      async () => (await subjectAccessReview("alice@example.com", "team-a")).status.allowed,
    );
    const options = ["--in-memory", "--port", "0", "--trust-identity-header"];
    server = await serving(["serve", "--multi-user", "--no-run", "--kubeconfig", kubeconfig(), ...options], { home });
  });
  afterAll(async () => {
    await server?.stop();
    // Its cluster roles are flat, where those of Kubeflow are aggregated: the tests after this one want the latter.
    await kubectl(["delete", "--ignore-not-found", "-f", fileURLToPath(new URL("rbac.yaml", recordings))]);
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

/** What the cluster says of the verb that only the editors of a namespace have. */
async function subjectAccessReview(user: string, namespace: string): Promise<{ status: { allowed: boolean } }> {
  const attributes = { namespace, verb: "create", group: "pipelines.kubeflow.org", resource: "runs" };
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, resourceAttributes: attributes },
  };
  return JSON.parse(await kubectl(["create", "-o", "json", "-f", "-"], JSON.stringify(review)));
}
