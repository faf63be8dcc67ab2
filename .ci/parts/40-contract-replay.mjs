import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, runCommand } from "../../scripts/run-command.mjs";
import { serve } from "../../scripts/start/serve.mjs";
import { inRoot } from "../../scripts/workspace.mjs";
import { needProgram } from "../part/programs.mjs";
import { end, prepareCheckout } from "../part/vitest.mjs";

/**
 * The recorded exchanges once more, with the player that was written together with the recordings: another program, in
 * another language, against the built command. Exactly those steps may fail that are listed as different on purpose.
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
  const server = await serve([], room);
  try {
    const args = [
      join(contract, "replay.py"),
      "--base",
      server.url.replace("localhost", "127.0.0.1"),
      join(contract, "single"),
    ];
    const said = await runCommand(python, args).catch((error) => {
      if (error instanceof CommandFailed) return error.output;
      throw error;
    });
    end(judge(said));
  } finally {
    await server.stop();
    rmSync(room, { recursive: true, force: true });
  }
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
