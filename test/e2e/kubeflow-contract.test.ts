import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayMulti } from "../../packages/server/test/contract/replay-multi.ts";
import { readScenarios, recordings, recordingsPresent } from "../../packages/server/test/contract/scenario.ts";
import { type KubeflowInABox, kubeflowInABox } from "../kubeflow-in-a-box.ts";

/** How long tokens of the recordings live, in seconds. */
const lifetime = 3600;

// The recordings lie beside the checkout, not in it: without them there is nothing to replay.
describe.skipIf(!recordingsPresent)("what a real Kubeflow Pipelines answered to many users", () => {
  let box: KubeflowInABox;
  let now = () => Date.now();

  beforeAll(async () => {
    const rbac = fileURLToPath(new URL("rbac.yaml", recordings));
    box = await kubeflowInABox({ rbacPaths: [rbac], trustIdentityHeader: true, now: () => now() });
  });
  afterAll(() => box?.close());

  async function tokenOf(symbolic: string): Promise<string> {
    const [account = "", variant] = symbolic.split("?");
    const [namespace = "", serviceAccount = ""] = account.split("/");
    const audience = variant === "audience=wrong" ? "https://kubernetes.default.svc" : "pipelines.kubeflow.org";
    if (variant === "expired") now = () => Date.now() - 2 * lifetime * 1000;
    const issuing = box.kubeflow.issuer.issue({
      namespace,
      serviceAccount,
      audiences: [audience],
      expirationSeconds: lifetime,
    });
    now = () => Date.now();
    return (await issuing).token;
  }

  const scenarios = recordingsPresent ? readScenarios("multi").map(({ name }) => name) : [];
  it.concurrent.each(scenarios)("is answered the same by Kubeflow in a box: %s", { timeout: 60_000 }, async (name) => {
    const [outcome] = await replayMulti({ baseUrl: box.server.url, token: tokenOf, only: [name] });
    expect(outcome?.failures).toEqual([]);
    expect(outcome?.left).toEqual([]);
  });
});
