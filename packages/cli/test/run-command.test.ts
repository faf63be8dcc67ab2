import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { command } from "../src/command-line/command.ts";
import { runCommand } from "../src/run-command.ts";
import { type FakeOptions, fakeIo } from "./fake-io.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Runs a command that says nothing for two seconds. */
async function slowly(argv: readonly string[], options: FakeOptions = {}, stopsItself = false) {
  const slow = command({
    name: "slow",
    summary: "Be slow.",
    stopsItself,
    async run({ io }) {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      io.stdout.write('{"a":1}\n');
    },
  });
  const fake = fakeIo({ terminal: true, argv: ["slow", ...argv], ...options });
  const ended = runCommand(fake.io, { groups: [], commands: [slow] });
  await vi.advanceTimersByTimeAsync(3000);
  expect(await ended).toBe(0);
  expect(fake.stdout()).toBe('{"a":1}\n');
  return fake.stderr();
}

describe("every command that takes its time", () => {
  test("says on a terminal that it works, and leaves nothing of that behind", async () => {
    const written = await slowly([]);
    expect(written).toContain("Working… 1 s");
    expect(written.split("\n").at(-1)?.split("\r\u001b[2K").at(-1)).toBe("");
  });

  test.each([
    ["with --verbose, which says more", ["--verbose"], {}, false],
    ["where stderr is no terminal", [], { terminal: false }, false],
    ["on a dumb terminal", [], { env: { TERM: "dumb" } }, false],
    ["where it goes on until it is stopped", [], {}, true],
  ])("but not %s", async (_, argv, options, stopsItself) => {
    expect(await slowly(argv, options, stopsItself)).toBe("");
  });
});
