import { describe, expect, test } from "vitest";
import { explain } from "../../src/command-line/explain.ts";
import { flagOf, type Options } from "../../src/command-line/option.ts";
import { readWords } from "../../src/command-line/read-words.ts";
import { sharedOptions } from "../../src/command-line/shared-options.ts";
import { commands, groups } from "../../src/commands/index.ts";

const line = { groups, commands, env: {}, version: () => "" };

/** The same numbers every time: mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const values = [
  "json",
  "5",
  "30s",
  "a=b",
  "http://localhost:3000",
  "two words",
  "",
  "-1",
  "--yes",
  "2030-01-01",
  "runs",
];
const oddities = [
  "--",
  "-h",
  "--help",
  "--version",
  "-",
  "-ojson",
  "-yn",
  "--no-such",
  "--output",
  "extra",
  "-o",
  "list",
];

/** A command line that somebody could type: mostly right, sometimes not. */
function typedLine(next: (below: number) => number): string[] {
  const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
  const some = (options: Options): string[] => {
    const [name, option] = pick(Object.entries(options)) ?? [];
    if (name === undefined || option === undefined) return [];
    const flag = option.short !== undefined && next(3) === 0 ? `-${option.short}` : flagOf(name);
    if (option.kind === "flag") return [flag];
    return next(4) === 0 ? [`${flag}=${pick(values)}`] : [flag, pick(values)];
  };
  const sometimes = (often: number, words: () => string[]): string[] => (next(often) === 0 ? words() : []);
  const group = pick(groups);
  const command = next(10) === 0 ? pick(commands) : pick(group.commands);
  const words = [
    ...sometimes(4, () => some(sharedOptions)),
    ...(commands.includes(command) ? [] : [next(3) === 0 ? (group.alias ?? group.name) : group.name]),
    ...sometimes(4, () => some(sharedOptions)),
    command.name,
  ];
  const required = Object.entries(command.options).flatMap(([name, option]) =>
    option.required ? [flagOf(name), pick(values)] : [],
  );
  const parts = [
    required,
    ...Object.keys(command.args).map(() => [pick(["demo", "two words", "a=b"])]),
    ...Array.from({ length: next(4) }, () => some(next(2) === 0 ? command.options : sharedOptions)),
    sometimes(6, () => [pick(oddities)]),
  ];
  return [...words, ...parts.sort(() => next(3) - 1).flat()];
}

test("a line that is read directly is read as commander reads it", () => {
  const next = numbers(20_260_131);
  let plain = 0;
  for (let count = 0; count < 600; count++) {
    const argv = typedLine(next);
    const direct = readWords(line, argv);
    if (direct === undefined) continue;
    plain++;
    expect(explain(line, argv), argv.join(" ")).toEqual(direct);
  }
  // Were it none, the test would say nothing.
  expect(plain).toBeGreaterThan(150);
});

describe("everything else is left to commander", () => {
  test.each([
    [["runs"]],
    [["runs", "list", "--help"]],
    [["runs", "lits"]],
    [["runs", "list", "--page-size"]],
    [["runs", "list", "--page-size", "many"]],
    [["runs", "list", "--page-size", "-5"]],
    [["runs", "list", "--all=yes"]],
    [["runs", "list", "-ojson"]],
    [["runs", "get"]],
    [["runs", "get", "one", "two"]],
    [["runs", "get", "--", "-x"]],
    [["versions", "upload", "file.yaml"]],
    [["--output", "json", "serve"]],
    [["--version"]],
    [[]],
  ])("%j", (argv) => {
    expect(readWords(line, argv)).toBeUndefined();
  });
});

test("plain lines are read directly", () => {
  for (const argv of [
    ["experiments", "list", "--endpoint", "http://localhost:3000"],
    ["-o", "json", "runs", "--namespace", "a", "get", "demo", "--timeout=5s"],
    ["pipelines", "delete", "demo", "--yes", "--cascade"],
    ["runs", "create", "-p", "demo", "--param", "a=1", "--param", "b=2", "--version", "v2", "-w"],
    ["serve", "--in-memory", "--port", "0", "--allowed-host", "a", "--allowed-host", "b"],
    ["health"],
  ]) {
    expect(readWords(line, argv), argv.join(" ")).toBeDefined();
  }
});
