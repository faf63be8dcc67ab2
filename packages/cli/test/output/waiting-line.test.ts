import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { waitingLine } from "../../src/output/waiting-line.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const CLEAR = "\r\u001b[2K";

function onTerminal(options: FakeOptions = {}) {
  const fake = fakeIo({ terminal: true, columns: 80, ...options });
  return { ...fake, line: waitingLine(fake.io) };
}

/** What stands in the last line of the terminal. */
function lastLine(written: string): string {
  return written.split("\n").at(-1)?.split(CLEAR).at(-1) ?? "";
}

test("a command that takes less than half a second says nothing", () => {
  const { line, stderr } = onTerminal();
  vi.advanceTimersByTime(499);
  line.end();
  expect(stderr()).toBe("");
});

test("one that takes longer says in one line what it waits for and since when, and the line is gone at the end", () => {
  const { line, stderr } = onTerminal();
  line.io.waitingFor?.("Connecting to http://localhost:3000");
  vi.advanceTimersByTime(620);
  expect(lastLine(stderr())).toMatch(/^\S Connecting to http:\/\/localhost:3000…$/);
  line.io.waitingFor?.("Uploading demo.yaml 40 %");
  vi.advanceTimersByTime(2500);
  expect(lastLine(stderr())).toMatch(/^\S Uploading demo\.yaml 40 %… 3 s$/);
  line.end();
  vi.advanceTimersByTime(5000);
  expect(stderr()).not.toContain("\n");
  expect(lastLine(stderr())).toBe("");
});

test("it makes room for whatever is written, on either stream, and counts anew from then", () => {
  const { line, stdout, stderr } = onTerminal();
  vi.advanceTimersByTime(1000);
  expect(lastLine(stderr())).not.toBe("");
  line.io.stdout.write("a result\n");
  expect(stdout()).toBe("a result\n");
  expect(lastLine(stderr())).toBe("");
  vi.advanceTimersByTime(499);
  expect(lastLine(stderr())).toBe("");
  vi.advanceTimersByTime(200);
  expect(lastLine(stderr())).toMatch(/Working…$/);
  line.io.stderr.write("a note\n");
  expect(stderr()).toMatch(/\[2Ka note\n$/);
});

test("a question that waits for its answer is not written over, nor is a line that somebody else rewrites", async () => {
  const { line, stderr } = onTerminal({ lines: ["y"] });
  line.io.stderr.write("Delete it? [y/N] ");
  vi.advanceTimersByTime(3000);
  expect(stderr()).toBe("Delete it? [y/N] ");
  expect(await line.io.stdin.readLine()).toBe("y");
  vi.advanceTimersByTime(600);
  expect(lastLine(stderr())).toMatch(/Working…$/);
  line.io.stderr.write(`${CLEAR}a run RUNNING`);
  vi.advanceTimersByTime(3000);
  expect(lastLine(stderr())).toBe("a run RUNNING");
  line.io.stderr.write(CLEAR);
  vi.advanceTimersByTime(600);
  expect(lastLine(stderr())).toMatch(/Working…$/);
});

test("nothing is written while somebody types", async () => {
  const fake = fakeIo({ terminal: true });
  let type: (line: string) => void = () => {};
  const typed = new Promise<string>((resolve) => {
    type = resolve;
  });
  const line = waitingLine({ ...fake.io, stdin: { ...fake.io.stdin, readHidden: () => typed } });
  vi.advanceTimersByTime(600);
  const reading = line.io.stdin.readHidden(() => undefined);
  const before = fake.stderr();
  vi.advanceTimersByTime(5000);
  expect(fake.stderr()).toBe(before);
  expect(lastLine(before)).toBe("");
  type("secret");
  expect(await reading).toBe("secret");
});

test("it is gone before Ctrl-C is answered", () => {
  const fake = onTerminal();
  vi.advanceTimersByTime(600);
  let seen: string | undefined;
  fake.line.io.onStop(() => {
    seen = lastLine(fake.stderr());
  });
  fake.signal("SIGINT");
  expect(seen).toBe("");
});

test("a terminal that is narrow gets a line that fits, and nothing in it steers the terminal", () => {
  const { line, stderr } = onTerminal({ columns: 20 });
  line.io.waitingFor?.("Connecting to \u001b[31mhttps://kubeflow.example.com");
  vi.advanceTimersByTime(600);
  expect(lastLine(stderr())).toHaveLength(19);
  expect(lastLine(stderr())).toMatch(/…$/);
  expect(lastLine(stderr())).not.toContain("\u001b");
});

test.each([
  ["no terminal", { terminal: false }],
  ["a terminal that cannot rewrite a line", { env: { TERM: "dumb" } }],
])("on %s there is no line", (_, options) => {
  const { line, io, stderr } = onTerminal(options);
  expect(line.io).toBe(io);
  vi.advanceTimersByTime(5000);
  expect(stderr()).toBe("");
});
