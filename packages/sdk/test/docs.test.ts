import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as browser from "../src/browser.ts";
import * as node from "../src/index.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

describe("docs/errors", () => {
  const table = read("docs/errors/README.md");
  const codes = Object.keys(node.errorCatalogue);

  // That there is no other, and the pages of the runner's errors, are the business of the command, which shows them.
  test("has a page for each code of the catalogue", () => {
    const pages = readdirSync(fileURLToPath(new URL("docs/errors/", root)));
    expect(codes.filter((code) => !pages.includes(`${code}.md`))).toEqual([]);
  });

  test.each(Object.entries(node.errorCatalogue))("says of %s what the catalogue says", (code, entry) => {
    const page = read(`docs/errors/${code}.md`);
    expect(page.startsWith(`# ${code}\n\n**${entry.title}.** ${entry.explanation}\n\n${entry.remedy}`)).toBe(true);
    expect(page.includes("It may pass by itself.")).toBe(entry.transient);
    expect(page).toContain(`\`kind\` is \`${entry.kind}\`.`);
  });

  test("is where each error says that its page is", () => {
    for (const code of codes) {
      const { docs } = new node.KfpError(code as node.ErrorCode, { message: "" });
      expect([docs, existsSync(fileURLToPath(new URL(docs, root)))]).toEqual([`docs/errors/${code}.md`, true]);
    }
  });

  test.each(Object.entries(node.errorCatalogue))(
    "has a row for %s, with a test that brings it about",
    (code, entry) => {
      const row = table.split("\n").find((line) => line.startsWith(`| [${code}](${code}.md) |`)) ?? "";
      expect(row).toContain(`| ${entry.title} |`);
      const kindBefore = [...(table.split(row)[0] ?? "").matchAll(/`kind` is `(\w+)`/g)].at(-1)?.[1];
      expect(kindBefore).toBe(entry.kind);
      const file = /\(\.\.\/\.\.\/([^)]+)\) \|$/.exec(row)?.[1] ?? "";
      expect(file).toMatch(/^(packages\/\w+\/)?test\//);
      expect(read(file)).toMatch(new RegExp(`\\b${code}\\b`));
    },
  );
});

describe("docs/python-to-typescript.md", () => {
  const text = read("docs/python-to-typescript.md");
  const reference = new URL("../shared/reference/python-client.md", root);

  // Skipped where the reference about Python's client does not lie beside the repository: there is nothing to compare with.
  test.skipIf(!existsSync(fileURLToPath(reference)))("has every public method of Python's client", () => {
    const sections = readFileSync(reference, "utf8").split("\n### 1.2 ")[1]?.split("\n### 1.7 ")[0] ?? "";
    const methods = [...sections.matchAll(/^\| ([a-z_]+(?: ?\/ ?[a-z_]+)*)\(/gm)].flatMap(([, cell = ""]) =>
      namesIn(cell),
    );
    expect(methods.length).toBeGreaterThan(35);
    expect(methods.filter((name) => !text.includes(`\`${name}(`))).toEqual([]);
  });

  test("names only methods that the client has", () => {
    const kfp = new node.Client({ host: "http://localhost:1" });
    const named = [...text.matchAll(/(experiments|pipelines|pipelineVersions|runs|recurringRuns|healthz)\.(\w+)\b/g)];
    expect(named.length).toBeGreaterThan(40);
    for (const [, resource = "", method = ""] of named) {
      const methods = kfp[resource as "runs"] as unknown as Readonly<Record<string, unknown>>;
      expect([resource, method, typeof methods[method]]).toEqual([resource, method, "function"]);
    }
  });

  test("has every method that the client has", () => {
    const kfp = new node.Client({ host: "http://localhost:1" });
    const resources = { ...kfp } as unknown as Readonly<Record<string, unknown>>;
    const methods = Object.entries(resources).flatMap(([resource, value]) =>
      typeof value === "object" && value !== null
        ? Object.getOwnPropertyNames(Object.getPrototypeOf(value))
            .filter((name) => name !== "constructor")
            .map((name) => `${resource}.${name}`)
        : [],
    );
    expect(methods.length).toBeGreaterThan(40);
    expect(methods.filter((name) => !text.includes(name))).toEqual([]);
  });
});

/** `archive_/unarchive_experiment` are two methods of the same kind of thing. */
function namesIn(cell: string): string[] {
  const names = cell.split("/").map((name) => name.trim());
  const thing = names.at(-1)?.replace(/^[a-z]+_/, "") ?? "";
  return names.map((name) => (name.endsWith("_") ? name + thing : name));
}

test("both entries have the same names; what needs Node says so in a browser", () => {
  expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  expect(() => browser.nodeHttpTransport({ connectTimeoutMs: 1 })).toThrow(/works in Node only/);
});

describe("the doc comments", () => {
  const index = read("packages/sdk/src/index.ts");
  const exported = [...index.matchAll(/export (?:type )?\{([^}]*)\} from "\.\/([^"]+)"/g)].flatMap(
    ([, names = "", file = ""]) =>
      names
        .split(",")
        .map((name) => name.trim().replace(/^type /, ""))
        .filter((name) => name !== "")
        .map((name) => [name, file] as const),
  );

  test.each(exported)("of %s have an example with a whole import", (name, file) => {
    const declared = new RegExp(
      `/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export (?:async )?(?:class|function|const|interface|type) ${name}\\b`,
    );
    const comment = declared.exec(read(`packages/sdk/src/${file}`))?.[1] ?? "";
    expect(comment).toContain("@example");
    expect(comment).toMatch(
      new RegExp(`import (type )?\\{[^}]*\\b${name === "KfpError" ? "isKfpError" : name}\\b|@example[^]*new Client`),
    );
  });
});
