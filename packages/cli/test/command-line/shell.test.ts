import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLineWith, shellWord } from "../../src/command-line/shell.ts";

test("the command for the next page is the one that was typed, with another page token", () => {
  expect(commandLineWith("kfp-ts", ["runs", "list"], "--page-token", "t2")).toBe("kfp-ts runs list --page-token t2");
  expect(commandLineWith("kfp-ts", ["runs", "--page-token", "t1", "list"], "--page-token", "t2")).toBe(
    "kfp-ts runs list --page-token t2",
  );
  expect(commandLineWith("kfp-ts", ["runs", "list", "--page-token=t1"], "--page-token", "t2")).toBe(
    "kfp-ts runs list --page-token t2",
  );
  expect(commandLineWith("kfp-ts", ["versions", "list", "--", "-p"], "--page-token", "t2")).toBe(
    "kfp-ts versions list --page-token t2 -- -p",
  );
});

test("a shell reads quoted words back as they were", () => {
  const words = ["plain", "two words", "it's", "$HOME", "`id`", 'a"b', "", "a\nb", "name~x*"];
  const line = words.map(shellWord).join(" ");
  const read = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  expect(read.split("\0").slice(0, -1)).toEqual(words);
});
