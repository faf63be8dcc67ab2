import { runCommand } from "../run-command.mjs";
import { inRoot } from "../workspace.mjs";
import { gatewayOf, insideClient, outsideClient, profile, tokenFile } from "./ways.mjs";

/**
 * Does with Kubeflow in a box what a pod of its first profile would do, what its owner would from outside, and what nobody may.
 * @param {import("./serve.mjs").Server} kubeflow
 * @returns {Promise<string>} a few words about what was verified
 * @throws with the first thing that is not true
 */
export async function verifyKubeflow(kubeflow) {
  const token = tokenFile(kubeflow);
  const gateway = gatewayOf(kubeflow);
  const client = await insideClient(kubeflow.url, token);
  const outside = await outsideClient(gateway);
  try {
    const { experimentId, namespace } = await client.experiments.create({ displayName: "check", namespace: profile });
    if (namespace !== profile) throw new Error(`Not true: the experiment is in ${profile} (it is in ${namespace})`);
    const anonymous = await fetch(`${kubeflow.url}/apis/v2beta1/experiments/${experimentId}`);
    if (anonymous.status !== 401) throw new Error(`Not true: without a token it is 401 (it is ${anonymous.status})`);
    const command = [inRoot("packages/cli/dist/kfp-ts.js"), "experiments", "list", "--endpoint", kubeflow.url];
    const listed = await runCommand(process.execPath, [
      ...command,
      "--namespace",
      profile,
      "--token-file",
      token,
      "--output",
      "json",
    ]);
    if (!listed.includes(experimentId)) throw new Error("Not true: the command lists what a pod has made");
    const seen = await outside.experiments.get(experimentId);
    if (seen.displayName !== "check") throw new Error("Not true: who has logged in sees what a pod has made");
    const stranger = await fetch(`${gateway}/apis/v2beta1/experiments/${experimentId}`);
    if (stranger.status !== 401) throw new Error(`Not true: without a login it is 401 (it is ${stranger.status})`);
    await client.experiments.delete(experimentId);
    return "a pod's token and a login reach the profile, and nobody reaches it without";
  } finally {
    await Promise.all([client.close(), outside.close()]);
  }
}
