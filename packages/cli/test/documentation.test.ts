import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Command } from "../src/command-line/command.ts";
import { flagOf, kebab, type Options } from "../src/command-line/option.ts";
import { sharedOptions } from "../src/command-line/shared-options.ts";
import { commands, groups } from "../src/commands/index.ts";
import { listOptions } from "../src/commands/list.ts";
import { exitCodes } from "../src/exit-code.ts";

const text = readFileSync(new URL("../../../docs/command.md", import.meta.url), "utf8");

/** The document by headings: what stands below each, up to the next. */
const sections = new Map(
  text.split(/^#{2,3} /m).map((section) => {
    const end = section.indexOf("\n");
    return [section.slice(0, end), section.slice(end)] as const;
  }),
);

const every = [
  ...commands.map((command) => ["kfp-ts", command] as const),
  ...groups.flatMap((group) => group.commands.map((command) => [`kfp-ts ${group.name}`, command] as const)),
];

function headingOf(prefix: string, { name, args, optionalArg }: Command): string {
  const words = [prefix, name, ...Object.keys(args).map((argument) => `<${kebab(argument)}>`)];
  if (optionalArg !== undefined) words.push(`[${optionalArg.name}]`);
  return `\`${words.join(" ")}\``;
}

/** The options as the document has them: with placeholder and letter. */
function documented(section: string): string[] {
  return [...section.matchAll(/^- `(--[^`]+)`(?:, `(-\w)`)?:/gm)].map(
    ([, spelled, short = ""]) => `${spelled}${short}`,
  );
}

function spelled(options: Options): string[] {
  return Object.entries(options).map(
    ([name, { placeholder, short, bare }]) =>
      `${flagOf(name)}${placeholder === "" ? "" : bare ? ` [${placeholder}]` : ` <${placeholder}>`}${short === undefined ? "" : `-${short}`}`,
  );
}

test("docs/command.md has every command, and no other", () => {
  const headings = [...sections.keys()].filter((heading) => heading.startsWith("`kfp-ts"));
  expect(headings.sort()).toEqual(every.map(([prefix, command]) => headingOf(prefix, command)).sort());
});

describe("docs/command.md has the options of", () => {
  test.each(every.map(([prefix, command]) => [headingOf(prefix, command), command] as const))(
    "%s",
    (heading, command) => {
      const section = sections.get(heading) ?? "";
      const ofLists = section.includes("(#options-of-lists)") ? spelled(listOptions) : [];
      expect([...documented(section), ...ofLists].sort()).toEqual(spelled(command.options).sort());
    },
  );

  test.each([
    ["Options of every command", sharedOptions],
    ["Options of lists", listOptions],
  ])("%s", (heading, options) => {
    expect(documented(sections.get(heading) ?? "").sort()).toEqual(spelled(options).sort());
  });
});

test("docs/command.md has every exit code, and no other", () => {
  const codes = [...(sections.get("Exit codes") ?? "").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

test("docs/command.md has the variable of every option that has one", () => {
  const section = sections.get("Environment variables") ?? "";
  const variables = every
    .flatMap(([, { options }]) => Object.values({ ...options, ...sharedOptions }))
    .flatMap(({ env }) => env ?? []);
  for (const variable of new Set(variables)) expect(section).toContain(`\`${variable}\``);
});

test("every example in the help is a command line that can be read", async () => {
  const { parseCommandLine } = await import("../src/command-line/parse.ts");
  for (const [, { examples }] of every) {
    for (const example of examples) {
      const words = [...(example.split(/ \||\s{3,}/)[0] ?? "").matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
      const argv = words.map(([, single, double, bare]) => single ?? double ?? bare ?? "");
      const line = { groups, commands, env: {}, version: () => "" };
      expect(await parseCommandLine(line, argv), example).toMatchObject({ kind: "command" });
    }
  }
});
