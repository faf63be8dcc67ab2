import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/contexts/index.ts";
import { sessionsIn } from "../../src/contexts/kept-sessions.ts";
import { failureOf } from "../helpers/failure.ts";
import { ownHome } from "./home.ts";

const home = ownHome();
const config = ".config/kfp-ts/config.yaml";

function place(name: string): string {
  mkdirSync(dirname(home.path(name)), { recursive: true, mode: 0o700 });
  return home.path(name);
}

async function failure() {
  const error = await failureOf(loadConfig(home.env()));
  expect(error.code).toBe("CONTEXT_UNUSABLE");
  expect(error.message).toContain(home.path(config));
  return error;
}

describe("saved contexts that cannot be used are told apart in time", () => {
  test("an empty file has none", async () => {
    home.write(config, "");
    expect((await loadConfig(home.env())).contexts.size).toBe(0);
  });

  test("a file of 100 MB is not read", async () => {
    truncateSync(home.write(config, "contexts: {}\n"), 100 * 1024 * 1024);
    expect((await failure()).message).toContain("larger than 4 MiB");
  });

  test("a file that is no text is no YAML, and none of it is quoted", async () => {
    home.write(config, String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index)));
    expect((await failure()).message).not.toMatch(/[^\x20-\x7e]/);
  });

  test("a folder is named as such", async () => {
    mkdirSync(place(config));
    expect((await failure()).message).toContain("it is a directory");
  });

  test("a pipe is not waited for", async () => {
    execFileSync("mkfifo", [place(config)]);
    expect((await failure()).message).toContain("is no file");
  });

  test("a link to itself is named as such", async () => {
    symlinkSync(place(config), home.path(config));
    expect((await failure()).message).toContain("a link that leads back to itself");
  });

  test("two contexts of the same name, and one without an endpoint", async () => {
    home.write(config, "contexts:\n  a: {endpoint: http://one}\n  a: {endpoint: http://two}\n");
    expect((await failure()).message).toContain("line 3");
    home.write(config, "contexts:\n  a: {namespace: team}\n");
    expect((await failure()).message).toContain("contexts.a.endpoint is missing");
  });

  test("aliases that make a billion of one", async () => {
    const bomb = ["b0: &b0 laugh"];
    for (let level = 1; level <= 30; level++) {
      bomb.push(
        `b${level}: &b${level} [${Array(9)
          .fill(`*b${level - 1}`)
          .join(", ")}]`,
      );
    }
    const credentials = "credentials: {kind: bearer-token, token: {command: *b30}}";
    home.write(config, `${bomb.join("\n")}\ncontexts:\n  a: {endpoint: http://one, ${credentials}}\n`);
    await failure();
  });
});

test("kept sessions that are a pipe, or 100 MB, are as good as none", async () => {
  const pipe = place(".local/state/kfp-ts/pipe.json");
  execFileSync("mkfifo", [pipe]);
  expect(await sessionsIn(pipe).list()).toEqual([]);
  const huge = home.write(".local/state/kfp-ts/huge.json", "{}");
  truncateSync(huge, 100 * 1024 * 1024);
  expect(await sessionsIn(huge).list()).toEqual([]);
});
