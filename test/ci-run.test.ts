import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./repository.ts";

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-ci-"));
  mkdirSync(join(room, ".ci/parts"), { recursive: true });
  cpSync(join(root, ".ci/run"), join(room, ".ci/run"));
});
afterEach(() => rmSync(room, { recursive: true }));

/** Runs `.ci/run` over parts that are given as shell scripts. */
function run(parts: Readonly<Record<string, string>>, { ci = "true", args = [] as string[] } = {}) {
  for (const [name, script] of Object.entries(parts)) writeFileSync(join(room, `.ci/parts/${name}.sh`), script);
  const { stdout, status } = spawnSync("bash", [".ci/run", ...args], {
    cwd: room,
    encoding: "utf8",
    env: { ...process.env, CI: ci },
  });
  return { lastLine: stdout.trim().split("\n").at(-1), stdout, status };
}

const good = "echo hello; echo '3 passed, 0 failed'";

test("the last line sums up the parts", () => {
  const { lastLine, status } = run({ "10-a": good, "20-b": "echo '4 passed, 0 failed'" });
  expect(lastLine).toBe("7 passed, 0 failed");
  expect(status).toBe(0);
});

test("a failing part does not keep the next from running", () => {
  const { lastLine, status } = run({ "10-a": "echo '1 passed, 2 failed'; exit 1", "20-b": good });
  expect(lastLine).toBe("4 passed, 2 failed");
  expect(status).toBe(1);
});

test("a part that breaks without counting is one failure, and one that ends well without counting one success", () => {
  expect(run({ "10-a": "exit 3", "20-b": "echo fine" }).lastLine).toBe("1 passed, 1 failed");
});

test("a part that counts failures fails, whatever its exit code", () => {
  expect(run({ "10-a": "echo '1 passed, 1 failed'" }).status).toBe(1);
});

test("what cannot be had is a failure in CI", () => {
  const { lastLine, status, stdout } = run({ "10-a": "echo 'chromium is missing'; exit 77", "20-b": good });
  expect(lastLine).toBe("3 passed, 1 failed");
  expect(stdout).toContain("CANNOT BE HAD: chromium is missing");
  expect(status).toBe(1);
});

test("what cannot be had is a skip with its reason on a user's machine", () => {
  const { lastLine, status, stdout } = run({ "10-a": "echo 'chromium is missing'; exit 77", "20-b": good }, { ci: "" });
  expect(lastLine).toBe("3 passed, 0 failed");
  expect(stdout).toContain("skipped: chromium is missing");
  expect(status).toBe(0);
});

test("words choose parts, and a word that chooses none is a mistake", () => {
  const parts = { "10-a": good, "20-bee": "echo '5 passed, 0 failed'" };
  expect(run(parts, { args: ["bee"] }).lastLine).toBe("5 passed, 0 failed");
  expect(run(parts, { args: ["wasp"] }).status).toBe(2);
});
