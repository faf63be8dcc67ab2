import { describe, expect, test } from "vitest";
import { command } from "../../src/command-line/command.ts";
import { complete } from "../../src/completion/complete.ts";
import { outputFormats } from "../../src/output/printer.ts";
import { ownHome } from "../contexts/home.ts";
import { fakeIo } from "../fake-io.ts";

const home = ownHome();
const { kfp } = home;

/** What a shell is told: the kind, and the words. */
async function offered(...words: string[]) {
  const { code, stdout, stderr } = await kfp(["__complete", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [kind, ...lines] = stdout.trimEnd().split("\n");
  return { kind, words: lines.map((line) => line.split("\t")[0]) };
}

describe("commands", () => {
  test("at the beginning there are groups, commands and help", async () => {
    const { kind, words } = await offered("");
    expect(kind).toBe("words");
    expect(words).toEqual(expect.arrayContaining(["experiments", "context", "serve", "completion", "help"]));
    expect(words).not.toContain("__complete");
  });

  test("what was begun narrows them, and each says what it is", async () => {
    expect((await offered("experi")).words).toEqual(["experiments"]);
    expect((await kfp(["__complete", "health"])).stdout).toMatch(/^words\nhealth\t\S.*\n$/);
  });

  test("behind a group, under either name, there are its commands", async () => {
    expect((await offered("experiments", "")).words).toEqual([
      "create",
      "get",
      "list",
      "archive",
      "unarchive",
      "delete",
    ]);
    expect((await offered("experiment", "l")).words).toEqual(["list"]);
  });

  test("options in front of a command do not hide it", async () => {
    expect((await offered("-o", "json", "--verbose", "runs", "wat")).words).toEqual(["watch"]);
  });

  test("a group or a command that does not exist has nothing behind it but what begins anew", async () => {
    expect((await offered("runs", "nonsense", "--page")).words).toEqual([]);
  });
});

describe("options", () => {
  test("those of the command come with those of every command", async () => {
    const { words } = await offered("runs", "list", "--");
    expect(words).toEqual(expect.arrayContaining(["--page-size", "--filter", "--endpoint", "--output", "--help"]));
  });

  test("a command that speaks to no server has none of the options for that", async () => {
    const { words } = await offered("serve", "--");
    expect(words).toContain("--port");
    expect(words).not.toContain("--endpoint");
  });

  test("what was said is not offered again, unless it can be repeated", async () => {
    const { words } = await offered("runs", "list", "--page-size", "5", "--filter", "a=b", "-o", "json", "--");
    expect(words).not.toContain("--page-size");
    expect(words).not.toContain("--output");
    expect(words).toContain("--filter");
  });

  test("one that is only there to be refused is not offered", async () => {
    expect((await offered("login", "--pass")).words).toEqual(["--password-stdin"]);
  });

  test("where no argument is missing, options are what can follow", async () => {
    expect((await offered("runs", "create", "")).words).toContain("--pipeline");
    expect((await offered("runs", "create", "--", "")).words).toEqual([]);
  });
});

describe("values", () => {
  test.each([
    ["a format", ["runs", "list", "--output", ""], outputFormats],
    ["a format behind an equals sign", ["runs", "list", "--output=j"], ["--output=json"]],
    ["a format behind a letter", ["runs", "list", "-o", "n"], ["name"]],
    ["a gateway", ["serve", "--gateway", "o"], ["oauth2-proxy"]],
    ["a log level", ["serve", "--log-level", "w"], ["warn"]],
    ["a shell", ["completion", ""], ["bash", "zsh", "fish"]],
    ["what nobody can know", ["runs", "list", "--namespace", ""], []],
    ["the value of a flag", ["runs", "list", "--all="], []],
  ])("%s", async (_, typed, expected) => {
    expect(await offered(...typed)).toEqual({ kind: "words", words: [...expected] });
  });

  test.each([
    ["the path of an option", ["runs", "list", "--ca-file", ""], "files"],
    ["the path of an option behind an equals sign", ["runs", "list", "--ca-file=/etc/s"], "files"],
    ["a file to upload", ["pipelines", "upload", ""], "files"],
    ["a folder", ["poddefaults", "serve", "--cert-dir", ""], "folders"],
  ])("%s is the shell's own business", async (_, typed, kind) => {
    expect(await offered(...typed)).toEqual({ kind, words: [] });
  });

  test("a context is one of this user's", async () => {
    home.writeConfig("current: prod\ncontexts:\n  prod: {endpoint: 'http://a'}\n  box: {endpoint: 'http://b:8080'}\n");
    expect((await offered("context", "use", "")).words).toEqual(["prod", "box"]);
    expect((await offered("runs", "list", "--context", "b")).words).toEqual(["box"]);
    expect((await kfp(["__complete", "context", "use", "p"])).stdout).toBe("words\nprod\thttp://a (the current one)\n");
  });

  test("a configuration that is broken offers nothing, and is no error", async () => {
    home.writeConfig("contexts: [");
    expect(await offered("context", "use", "")).toEqual({ kind: "words", words: [] });
  });
});

test("an argument called code is an error code, with its title", async () => {
  const explain = command({ name: "explain", summary: "Explain.", args: { code: "A code." }, async run() {} });
  const fake = fakeIo({});
  await complete(["explain", "NO_END"], { groups: [], commands: [explain] }, fake.io);
  expect(fake.stdout()).toBe("words\nNO_ENDPOINT\tNo endpoint\n");
});

test("a shell that there is no script for is refused, and the others are named", async () => {
  const { code, stderr } = await kfp(["completion", "tcsh"]);
  expect(code).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});
