import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/command-line/parse.ts";
import { commands, groups } from "../../src/commands/index.ts";

const line = { groups, commands, env: {}, version: () => "" };
const everything: ReadonlyArray<readonly string[]> = [
  [],
  ...commands.map(({ name }) => [name]),
  ...groups.flatMap((group) => [[group.name], ...group.commands.map(({ name }) => [group.name, name])]),
];

async function helpOf(words: readonly string[]): Promise<string> {
  const parsed = await parseCommandLine(line, [...words, "--help"]);
  if (parsed.kind !== "text") throw new Error("not help");
  return parsed.text;
}

/** The command lines that a help shows below "Examples:", as they would be typed. */
function examplesIn(help: string): string[][] {
  const [, block = ""] = /^Examples:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
  return block
    .replace(/ \\\n +/g, " ")
    .split("\n")
    .filter((text) => text.startsWith("  kfp-ts "))
    .map((text) => {
      const typed = text.slice("  kfp-ts ".length).split(/ \||\s{3,}/)[0] ?? "";
      const words = typed.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
      return [...words].map(([, single, double, bare]) => single ?? double ?? bare ?? "");
    });
}

describe.each(everything.map((words) => [`kfp-ts ${words.join(" ")}`.trim(), words] as const))(
  "%s --help",
  (_, words) => {
    test("fits a terminal of 80 columns", async () => {
      const tooWide = (await helpOf(words)).split("\n").filter((text) => text.length > 80);
      expect(tooWide).toEqual([]);
    });

    test("has at least one example, and each is a command line of it that can be read", async () => {
      const examples = examplesIn(await helpOf(words));
      expect(examples.length).toBeGreaterThan(0);
      for (const argv of examples) {
        expect(await parseCommandLine(line, argv), argv.join(" ")).toMatchObject({ kind: "command" });
        expect(argv.slice(0, words.length)).toEqual(words);
      }
    });
  },
);
