import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerErrors } from "@kfp-ts/runner";
import { errorCatalogue } from "@kfp-ts/sdk";
import { describe, expect, test } from "vitest";

const root = new URL("../../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

describe("docs/errors", () => {
  const table = read("docs/errors/README.md");

  test("has a page for each code of the client and of the runner, and no other", () => {
    const pages = readdirSync(fileURLToPath(new URL("docs/errors/", root))).filter((name) => name !== "README.md");
    const codes = [...Object.keys(errorCatalogue), ...Object.keys(runnerErrors)];
    expect(new Set(codes).size).toBe(codes.length);
    expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`).sort());
  });

  // The pages of the client's errors are held to its catalogue by the client's own tests.
  test.each(Object.entries(runnerErrors))("says of %s what the catalogue of the runner says", (code, entry) => {
    const page = read(`docs/errors/${code}.md`);
    expect(page.startsWith(`# ${code}\n\n**${entry.title}.** ${entry.meaning}\n\n${entry.remedy}\n\n`)).toBe(true);
    expect(page).toContain("\n## What to do\n");
  });

  test.each(Object.entries(runnerErrors))("has a row for %s, with a test that brings it about", (code, { title }) => {
    const row = table.split("\n").find((line) => line.startsWith(`| [${code}](${code}.md) |`)) ?? "";
    expect(row).toContain(`| ${title} |`);
    const file = /\(\.\.\/\.\.\/([^)]+)\) \|$/.exec(row)?.[1] ?? "";
    expect(file).toMatch(/^(packages\/\w+\/)?test\//);
    expect(read(file)).toMatch(new RegExp(`\\b${code}\\b`));
  });
});
