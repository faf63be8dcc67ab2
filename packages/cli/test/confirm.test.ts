import { expect, test } from "vitest";
import { confirmDeletion } from "../src/confirm.ts";
import { fakeIo } from "./fake-io.ts";

test("on a terminal it asks, and only yes is yes", async () => {
  for (const answer of ["y", "Y", "yes", " YES "]) {
    const { io, stderr } = fakeIo({ terminal: true, lines: [answer] });
    await confirmDeletion(io, 'run "demo" (1)', false);
    expect(stderr()).toBe('Delete run "demo" (1)? [y/N] ');
  }
  for (const answer of ["", "n", "no", "yep", undefined]) {
    const { io } = fakeIo({ terminal: true, lines: answer === undefined ? [] : [answer] });
    await expect(confirmDeletion(io, "run", false)).rejects.toThrow("Nothing was deleted.");
  }
});

test("without a terminal nobody can be asked, and it says what to do", async () => {
  const { io } = fakeIo({});
  await expect(confirmDeletion(io, "run 1", false)).rejects.toMatchObject({
    name: "UsageError",
    fix: expect.stringContaining("--yes"),
  });
});

test("with --yes nobody is asked", async () => {
  const { io, stderr } = fakeIo({ terminal: true });
  await confirmDeletion(io, "run 1", true);
  expect(stderr()).toBe("");
});

test("a name cannot steer the terminal while it asks", async () => {
  const { io, stderr } = fakeIo({ terminal: true, lines: ["y"] });
  await confirmDeletion(io, "run \u001b[8mhidden", false);
  expect(stderr()).toContain("\\x1b[8m");
});
