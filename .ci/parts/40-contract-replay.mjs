import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, runCommand } from "../../scripts/run-command.mjs";
import { serve } from "../../scripts/start/serve.mjs";
import { inRoot } from "../../scripts/workspace.mjs";
import { needProgram } from "../part/programs.mjs";
import { end, prepareCheckout } from "../part/vitest.mjs";

/**
 * The recorded exchanges once more, with the player that was written together with the recordings: another program, in
 * another language, against the built command. Exactly those steps may fail that are listed as different on purpose. It
 * records runs only, as the real server did while the recordings were made: nothing there executed any.
 */
const contract = inRoot("../shared/contract");
if (existsSync(contract)) await replay();
else
  console.log(
    "The recordings lie beside the checkout, in ../shared/contract, and are not here: nothing to replay.\n0 passed, 0 failed",
  );

async function replay() {
  await prepareCheckout();
  const python = await needProgram(["python3"], "python3");
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-replay-"));
  try {
    const single = await replayFolder(python, room, "single", [], () => []);
    const rbac = join(contract, "rbac.yaml");
    const kubeflow = ["--kubeflow", "--gateway", "none", "--rbac", rbac, "--trust-identity-header"];
    const multi = await replayFolder(python, room, "multi", kubeflow, tokensOfMulti);
    end({ passed: single.passed + multi.passed, failed: single.failed + multi.failed });
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/**
 * Replays a folder of recordings against a server of its own.
 * @param {string} python
 * @param {string} room
 * @param {"single" | "multi"} folder
 * @param {readonly string[]} options of `kfp-ts serve`
 * @param {(data: string) => Promise<string[]> | string[]} more arguments of the player, once the server runs
 */
async function replayFolder(python, room, folder, options, more) {
  const data = join(room, folder);
  const server = await serve(["--port", "0", "--data", data, "--no-run", ...options], room);
  try {
    const base = server.url.replace("localhost", "127.0.0.1");
    const args = [join(contract, "replay.py"), "--base", base, ...(await more(data)), join(contract, folder)];
    const said = await runCommand(python, args).catch((error) => {
      if (error instanceof CommandFailed) return error.output;
      throw error;
    });
    return judge(said);
  } finally {
    await server.stop();
  }
}

/**
 * The tokens that the recordings of many users name, made by the command. An ended one is not among them: those steps are
 * replayed in `npm test`.
 * @param {string} data the data directory of the server
 */
async function tokensOfMulti(data) {
  const accounts = ["team-a/default-editor", "team-b/default-editor", "kubeflow/ml-pipeline-persistenceagent"];
  const audiences = { "": "pipelines.kubeflow.org", "?audience=wrong": "https://kubernetes.default.svc" };
  /** @type {Record<string, string>} */
  const tokens = {};
  for (const account of accounts) {
    for (const [suffix, audience] of Object.entries(audiences)) {
      tokens[`${account}${suffix}`] = await createToken(data, account, audience);
    }
  }
  const map = join(data, "token-map.json");
  writeFileSync(map, JSON.stringify(tokens), { mode: 0o600 });
  return ["--token-map", map, "--default-service-account", "default-editor"];
}

/**
 * @param {string} data
 * @param {string} account
 * @param {string} audience
 */
async function createToken(data, account, audience) {
  const [namespace = "", name = ""] = account.split("/");
  const command = ["tokens", "create", name, "--namespace", namespace, "--audience", audience, "--data", data];
  return (await runCommand(process.execPath, [inRoot("packages/cli/dist/kfp-ts.js"), ...command])).trim();
}

/**
 * Holds what the player said against the list of differences.
 * @param {string} said
 */
function judge(said) {
  const { differences } = JSON.parse(readFileSync(inRoot("packages/server/test/contract/differences.json"), "utf8"));
  const listed = new Set(
    differences.map((/** @type {{ scenario: string, step: string }} */ { scenario, step }) => `${scenario} ${step}`),
  );
  const counts = { passed: 0, failed: 0 };
  const steps = said.matchAll(/^(PASS|FAIL) \S*?([^/\s]+)\.json #\d+ (.*?)(?: {3}\[.*)?$(?:\n {5}.*)*/gm);
  for (const [report, verdict, scenario, step] of steps) {
    const differs = verdict === "FAIL";
    const asExpected = differs === listed.has(`${scenario} ${step}`);
    counts[asExpected ? "passed" : "failed"] += 1;
    if (!asExpected) console.log(differs ? report : `${report}   (listed as different, and is not)`);
  }
  if (counts.passed + counts.failed === 0) throw new Error(`The player said nothing that can be counted:\n${said}`);
  return counts;
}
