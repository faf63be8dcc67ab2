import { expect, test } from "vitest";
import { embeddedServer } from "../embedded.ts";

const { kfp, ok, json } = embeddedServer();

test("an experiment is created, found by name and id, archived, unarchived and deleted", async () => {
  const made = await json(["experiments", "create", "nightly", "--description", "every night"]);
  expect(made).toMatchObject({ display_name: "nightly", description: "every night", storage_state: "AVAILABLE" });
  const id = String(made.experiment_id);

  for (const spelled of ["nightly", "NIGHTLY", id, `experiment/${id}`]) {
    expect(await json(["experiments", "get", spelled])).toMatchObject({ experiment_id: id });
  }
  expect(await json(["experiments", "archive", "nightly"])).toMatchObject({ storage_state: "ARCHIVED" });
  expect(await json(["experiments", "unarchive", id])).toMatchObject({ storage_state: "AVAILABLE" });
  expect(await json(["experiments", "delete", "nightly", "--yes"])).toMatchObject({ experiment_id: id });

  const gone = await kfp(["experiments", "get", "nightly"]);
  expect(gone).toMatchObject({ code: 1, stdout: "" });
  expect(gone.stderr).toMatch(
    /^error: There is no experiment with the name or id "nightly"\.\nfix: See what there is: kfp-ts experiments list\n$/,
  );
});

test("a taken name is refused with exit code 1, and what to do", async () => {
  await ok(["experiments", "create", "taken"]);
  const { code, stdout, stderr } = await kfp(["experiments", "create", "TAKEN", "--output", "json"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: .*\nfix: .*\n$/s);
});

test("the table shows whole ids, aligned, and one experiment is shown as facts", async () => {
  await ok(["experiments", "create", "table one"]);
  const table = await ok(["experiments", "list"]);
  const [header = "", ...rows] = table.trimEnd().split("\n");
  expect(header).toMatch(/^NAME +ID +STORAGE +CREATED +LAST RUN$/);
  const at = header.indexOf("ID");
  for (const row of rows) expect(row.slice(at, at + 37)).toMatch(/^[0-9a-f-]{36} $/);

  const facts = await ok(["experiments", "get", "table one"]);
  expect(facts).toMatch(/^Name: +table one\nID: +[0-9a-f-]{36}\nStorage: +AVAILABLE\nCreated: +\d{4}-.*Z \(.*\)\n$/);
});

test("names are printed one a line, and every command takes them", async () => {
  await ok(["experiments", "create", "by name"]);
  const lines = (await ok(["experiments", "list", "-o", "name"])).trimEnd().split("\n");
  expect(lines.every((line) => /^experiment\/[0-9a-f-]{36}$/.test(line))).toBe(true);
  expect(await json(["experiments", "get", lines[0] ?? ""])).toMatchObject({ display_name: "by name" });
});

test("YAML has what JSON has", async () => {
  await ok(["experiments", "create", "yes"]);
  const { load, YAML11_SCHEMA } = await import("js-yaml");
  const yaml = await ok(["experiments", "get", "yes", "-o", "yaml"]);
  const read = load(yaml, { schema: YAML11_SCHEMA }) as Record<string, unknown>;
  expect(read.display_name).toBe("yes");
  expect(Object.keys(read)).toEqual(Object.keys(await json(["experiments", "get", "yes"])));
});

test("a delete that is not confirmed deletes nothing", async () => {
  await ok(["experiments", "create", "kept"]);
  expect(await kfp(["experiments", "delete", "kept"])).toMatchObject({ code: 2, stdout: "" });
  expect(await kfp(["experiments", "delete", "kept"], { terminal: true, lines: ["n"] })).toMatchObject({ code: 1 });
  await ok(["experiments", "get", "kept"]);
  const deleted = await kfp(["experiments", "delete", "kept"], { terminal: true, lines: ["y"] });
  expect(deleted).toMatchObject({ code: 0, stdout: "" });
  expect(deleted.stderr).toMatch(/Delete experiment "kept" \([0-9a-f-]{36}\)\? \[y\/N\] Deleted experiment "kept"/);
});
