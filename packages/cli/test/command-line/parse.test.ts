import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/command-error.ts";
import { command } from "../../src/command-line/command.ts";
import { flag, option, repeated, required, textOption } from "../../src/command-line/option.ts";
import { parseCommandLine } from "../../src/command-line/parse.ts";
import { wholeNumber } from "../../src/command-line/whole-number.ts";

const list = command({
  name: "list",
  summary: "List things",
  options: {
    pageSize: option("number", "How many.", wholeNumber(1, 200)),
    filter: repeated("condition", "Which."),
    noTags: flag("None of them."),
  },
  examples: ["things list --page-size 5"],
  async run() {},
});
const get = command({ name: "get", summary: "Get a thing", args: { thing: "Its name or id." }, async run() {} });
const upload = command({
  name: "upload",
  summary: "Upload",
  options: { pipeline: required("pipeline", "Which."), version: textOption("version", "Of it.") },
  async run() {},
});
const serve = command({ name: "serve", summary: "Serve", speaks: false, async run() {} });

const parse = (argv: string[], env: Record<string, string> = {}) =>
  parseCommandLine(
    {
      groups: [{ name: "things", alias: "thing", summary: "Things", commands: [list, get, upload] }],
      commands: [serve],
      env,
      version: () => "1.2.3",
    },
    argv,
  );
const read = async (argv: string[], env?: Record<string, string>) => {
  const parsed = await parse(argv, env);
  if (parsed.kind === "text") throw new Error(`not a command: ${parsed.text}`);
  return parsed;
};
const answer = async (argv: string[]) => {
  const parsed = await parse(argv);
  if (parsed.kind === "command") throw new Error("not a text");
  return parsed.text;
};
const refusal = (argv: string[], env?: Record<string, string>): Promise<UsageError> =>
  parse(argv, env).then(
    () => {
      throw new Error("accepted");
    },
    (error: unknown) => {
      if (error instanceof UsageError) return error;
      throw error;
    },
  );

describe("what a command gets", () => {
  test("its options are read, and those that were not given are undefined, false or an empty list", async () => {
    expect((await read(["things", "list", "--page-size", "5", "--filter", "a=b", "--filter=c~d"])).options).toEqual({
      pageSize: 5,
      filter: ["a=b", "c~d"],
      noTags: false,
    });
    expect((await read(["things", "list"])).options).toEqual({ pageSize: undefined, filter: [], noTags: false });
  });

  test("an option that begins with no- is true when it is given", async () => {
    expect((await read(["things", "list", "--no-tags"])).options).toMatchObject({ noTags: true });
  });

  test("its arguments come by name", async () => {
    expect((await read(["things", "get", "a b"])).args).toEqual({ thing: "a b" });
    expect((await read(["thing", "get", "--", "--odd"])).args).toEqual({ thing: "--odd" });
  });

  test("an option of a command may be called --version, which elsewhere tells the version", async () => {
    expect((await read(["things", "upload", "--pipeline", "p", "--version", "v2"])).options).toMatchObject({
      version: "v2",
    });
    expect(await answer(["--version"])).toBe("kfp-ts 1.2.3\n");
  });
});

describe("the options of every command", () => {
  test("they can stand before and behind the command, and the one nearest to the end counts", async () => {
    expect((await read(["--output", "json", "things", "list"])).shared.output).toBe("json");
    expect((await read(["things", "-o", "yaml", "list"])).shared.output).toBe("yaml");
    expect((await read(["-o", "json", "things", "list", "-o", "name"])).shared.output).toBe("name");
  });

  test("a flag wins over KFP_ variables, and these over KF_PIPELINES_ variables", async () => {
    const env = { KFP_ENDPOINT: "http://b", KF_PIPELINES_ENDPOINT: "http://c" };
    expect((await read(["things", "list", "--endpoint", "http://a"], env)).shared.endpoint).toBe("http://a");
    expect((await read(["things", "list"], env)).shared.endpoint).toBe("http://b");
    expect((await read(["things", "list"], { ...env, KFP_ENDPOINT: "" })).shared.endpoint).toBe("http://c");
  });

  test("KFP_OUTPUT and KFP_NAMESPACE are honoured", async () => {
    expect((await read(["things", "list"], { KFP_OUTPUT: "json", KFP_NAMESPACE: "team-a" })).shared).toMatchObject({
      output: "json",
      namespace: "team-a",
    });
  });

  test("a wrong value in a variable is refused with the name of the variable", async () => {
    expect((await refusal(["things", "list"], { KFP_OUTPUT: "xml" })).message).toBe(
      'The environment variable KFP_OUTPUT: "xml" is no output format; there are table, json, yaml, name.',
    );
  });

  test("a command that speaks to no server refuses them, and does not care about the environment", async () => {
    expect((await refusal(["--endpoint", "http://a", "serve"])).message).toMatch(/speaks to no server/);
    expect((await read(["serve"], { KFP_OUTPUT: "xml" })).command.name).toBe("serve");
  });
});

describe("wrong usage says what was meant, and where help is", () => {
  test.each([
    [["thigns", "list"], "Unknown command 'thigns'.", "Did you mean things? kfp-ts --help shows what there is."],
    [["upload", "x"], "Unknown command 'upload'.", "Did you mean things upload? kfp-ts --help shows what there is."],
    [["things", "lits"], "Unknown command 'lits'.", "Did you mean list? kfp-ts things --help shows what there is."],
    [
      ["things", "list", "--page-szie", "5"],
      "Unknown option '--page-szie'.",
      "Did you mean --page-size? kfp-ts things list --help shows what there is.",
    ],
    [["things", "get"], "Missing required argument 'thing'.", "kfp-ts things get --help shows what there is."],
    [
      ["things", "get", "a", "b"],
      "Too many arguments for 'get'. Expected 1 argument but got 2.",
      "kfp-ts things get --help shows what there is.",
    ],
    [
      ["things", "upload"],
      "Required option '--pipeline <pipeline>' not specified.",
      "kfp-ts things upload --help shows what there is.",
    ],
    [
      ["things", "list", "--page-size", "x"],
      "Option '--page-size <number>' argument 'x' is invalid. \"x\" is not a whole number from 1 to 200.",
      "kfp-ts things list --help shows what there is.",
    ],
    [
      ["things", "list", "--page-size"],
      "Option '--page-size <number>' argument missing.",
      "kfp-ts things list --help shows what there is.",
    ],
    [["things"], "kfp-ts things needs to be told what to do: list, get, upload.", "kfp-ts things --help"],
    [["-o", "json"], "No command was given.", "kfp-ts --help"],
  ])("%j", async (argv, message, fix) => {
    expect(await refusal(argv)).toMatchObject({ message, fix });
  });
});

describe("help", () => {
  test("of the program says what there is", async () => {
    const text = await answer(["--help"]);
    expect(text).toContain("things");
    expect(text).toContain("serve");
    expect(text).toContain("Exit codes:");
  });

  test("of a group it lists its commands, under either name and as `help`", async () => {
    for (const argv of [
      ["things", "--help"],
      ["thing", "-h"],
      ["help", "things"],
    ]) {
      expect(await answer(argv)).toMatch(/list .*List things/);
    }
  });

  test("of a command it shows options with their variables, and examples", async () => {
    const text = await answer(["things", "list", "--help"]);
    expect(text).toContain("--page-size <number>");
    expect(text).toContain("can be repeated");
    expect(text.replace(/\s+/g, " ")).toContain("env: KFP_ENDPOINT, KF_PIPELINES_ENDPOINT");
    expect(text).toContain("kfp-ts things list --page-size 5");
  });

  test("of a command that speaks to no server it has none of the options for that", async () => {
    expect(await answer(["serve", "--help"])).not.toContain("--endpoint");
  });
});
