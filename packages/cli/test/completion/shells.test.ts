import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The scripts as a shell runs them, with the command as it is published.
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "kfp-ts-shells-"));

beforeAll(() => {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "pipe" });
  mkdirSync(join(home, "bin"));
  symlinkSync(join(root, "packages/cli/dist/kfp-ts.js"), join(home, "bin/kfp-ts"));
  mkdirSync(join(home, ".config/kfp-ts"), { recursive: true });
  writeFileSync(
    join(home, ".config/kfp-ts/config.yaml"),
    "contexts:\n  prod: {endpoint: 'http://a'}\n  localhost:8080: {endpoint: 'http://localhost:8080'}\n",
    { mode: 0o600 },
  );
  mkdirSync(join(home, "folder"));
  writeFileSync(join(home, "pipe line.yaml"), "");
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(shell: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: home,
    env: { PATH: `${join(home, "bin")}:${process.env.PATH ?? ""}`, HOME: home, ...more },
    encoding: "utf8",
    timeout: 15_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** Whether a shell is there. CI says that all of them have to be. */
const has = (shell: string): boolean =>
  process.env.KFP_TS_SHELLS !== undefined || spawnSync(shell, ["-c", "true"]).status === 0;

/** Lines with the cursor at their end, what is offered there, and which words stand there then. */
const lines: ReadonlyArray<readonly [line: string, offered: readonly string[]]> = [
  ["kfp-ts experim", ["experiments"]],
  ["kfp-ts runs wat", ["watch"]],
  ["kfp-ts runs list --output ", ["table", "json", "yaml", "name"]],
  ["kfp-ts --endpoint http://localhost:3000 runs list --page-s", ["--page-size"]],
  ["kfp-ts context use ", ["prod", "localhost:8080"]],
  ["kfp-ts completion z", ["zsh"]],
  ["kfp-ts runs nonsense --outp", ["--output"]],
];

describe.skipIf(!has("bash"))("in bash (skipped where there is none)", () => {
  const inBash = (line: string): string[] => {
    const script = `
      eval "$(kfp-ts completion bash)"
      eval "COMP_WORDS=($CUT)"
      COMP_LINE=$LINE COMP_POINT=\${#LINE} COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _kfp_ts
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", ["--norc", "-c", script], { LINE: line, CUT: cutByBash(line) })
      .split("\n")
      .filter((word) => word !== "");
  };

  /** What bash makes of a line: it cuts words at spaces, and runs of `=`, `:` and `@` are words of their own. */
  const cutByBash = (line: string): string =>
    [...line.matchAll(/[=:@]+|[^\s=:@]+/g)].map((word) => `'${word}'`).join(" ") + (line.endsWith(" ") ? " ''" : "");

  test.each(lines)("%s", (line, offered) => {
    expect(inBash(line)).toEqual(offered);
  });

  test.each([
    ["kfp-ts runs list --output=j", ["json"]],
    ["kfp-ts runs list --output=", ["table", "json", "yaml", "name"]],
    ["kfp-ts context use localhost:80", ["8080"]],
  ])("%s: bash has cut the word, and takes what is behind the cut", (line, offered) => {
    expect(inBash(line)).toEqual(offered);
  });

  test("a path is completed by bash, spaces and all", () => {
    expect(inBash("kfp-ts pipelines upload pi")).toEqual(["pipe line.yaml"]);
    expect(inBash("kfp-ts runs list --ca-file=pi")).toEqual(["pipe line.yaml"]);
    expect(inBash("kfp-ts poddefaults serve --cert-dir fo")).toEqual(["folder"]);
  });

  test("without a line there are the words, as bash-completion's own tests have it", () => {
    const script = `eval "$(kfp-ts completion bash)"; COMP_WORDS=(kfp-ts context ''); COMP_CWORD=2; _kfp_ts; echo "\${COMPREPLY[*]}"`;
    expect(run("bash", ["--norc", "-c", script])).toBe("list show use set delete\n");
  });
});

describe.skipIf(!has("zsh"))("in zsh (skipped where there is none)", () => {
  const inZsh = (line: string): string[] => {
    const words = line.split(" ");
    const script = `
      compdef() { [[ $2 == kfp-ts ]] || exit 9 }
      eval "$(kfp-ts completion zsh)"
      _describe() { print -rl -- "\${(@)\${(@P)2}}" }
      _files() { print -r -- "files \${*:-} $PREFIX" }
      compset() { PREFIX=\${PREFIX#*=} }
      words=("$@") CURRENT=$# PREFIX="\${@[-1]}"
      _kfp-ts`;
    return run("zsh", ["-f", "-c", script, "zsh", ...words])
      .split("\n")
      .filter((word) => word !== "")
      .map((word) => word.replace(/(?<!\\):.*/, "").replaceAll("\\:", ":"));
  };

  test.each(lines)("%s", (line, offered) => {
    expect(inZsh(line)).toEqual(offered);
  });

  test("a value behind an equals sign is offered with its option, a path without", () => {
    expect(inZsh("kfp-ts runs list --output=j")).toEqual(["--output=json"]);
    expect(inZsh("kfp-ts runs list --ca-file=pi")).toEqual(["files  pi"]);
    expect(inZsh("kfp-ts poddefaults serve --cert-dir fo")).toEqual(["files -/ fo"]);
  });

  test("pressing tab at a prompt completes a command", () => {
    const script = `
      zmodload zsh/zpty
      zpty shell 'TERM=dumb zsh -f -i'
      zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; eval "$(kfp-ts completion zsh)"; echo rea""dy'
      zpty -r shell said '*ready*'
      zpty -w -n shell $'kfp-ts experim\\tlis\\t\\C-a: \\C-e; echo do""ne\\n'
      zpty -r shell said '*done*'
      print -r -- $said`;
    expect(run("zsh", ["-f", "-c", script])).toContain("experiments list");
  });
});

describe.skipIf(!has("fish"))("in fish (skipped where there is none)", () => {
  const inFish = (line: string): string[] =>
    run("fish", ["--no-config", "-c", 'kfp-ts completion fish | source; complete -C "$LINE"'], { LINE: line })
      .split("\n")
      .filter((word) => word !== "")
      .map((word) => word.split("\t")[0] ?? "");

  test.each(lines)("%s", (line, offered) => {
    expect(inFish(line).sort()).toEqual([...offered].sort());
  });

  test("a value and a path behind an equals sign are offered with their option", () => {
    expect(inFish("kfp-ts runs list --output=j")).toEqual(["--output=json"]);
    expect(inFish("kfp-ts poddefaults serve --cert-dir=fo")).toEqual(["--cert-dir=folder/"]);
    expect(inFish("kfp-ts pipelines upload pi")).toEqual(["pipe line.yaml"]);
  });
});
