import { runCommand } from "../run-command.mjs";
import { inRoot } from "../workspace.mjs";
import { builtSdk } from "./sdk.mjs";

/**
 * Does with a running server what the lines that are shown to the user promise, and looks whether it is true.
 * @param {string} url
 * @returns {Promise<string>} a few words about what was verified
 * @throws with the first thing that is not true
 */
export async function verify(url) {
  const { Client } = await builtSdk();
  const client = new Client({ host: url });
  try {
    const experiment = await client.experiments.create({ displayName: "check" });
    await client.pipelines.upload({ path: inRoot("examples/hello-world.yaml") });
    const run = await client.runs.createFromPipeline({
      displayName: "check",
      experimentId: experiment.experimentId,
      pipelineName: "hello-world",
      parameters: { recipient: "you" },
    });
    expect("the run is found by its id", (await client.runs.get(run.runId)).displayName, "check");
    expect("the run is listed", (await client.runs.list({ experimentId: experiment.experimentId })).totalSize, 1);

    const answer = await fetch(`${url}/apis/v2beta1/experiments/${experiment.experimentId}`);
    const body = /** @type {{ display_name?: string }} */ (await answer.json());
    expect("plain HTTP reads what the SDK wrote", body.display_name, "check");

    const page = await fetch(`${url}/pipeline/`);
    expect("the page for people is there", page.headers.get("content-type")?.split(";")[0], "text/html");

    const command = [
      inRoot("packages/cli/dist/kfp-ts.js"),
      "experiments",
      "list",
      "--endpoint",
      url,
      "--output",
      "json",
    ];
    expect(
      "the command lists it",
      (await runCommand(process.execPath, command)).includes(experiment.experimentId),
      true,
    );

    await client.runs.delete(run.runId);
    expect("what is deleted is gone", (await client.runs.list({ experimentId: experiment.experimentId })).totalSize, 0);
    return "the SDK, plain HTTP, the page and the command agree";
  } finally {
    await client.close();
  }
}

/**
 * @param {string} what
 * @param {unknown} actual
 * @param {unknown} wanted
 */
function expect(what, actual, wanted) {
  if (actual !== wanted)
    throw new Error(`Not true: ${what} (${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)})`);
}
