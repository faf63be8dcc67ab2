import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { chooseDatabase, placeOf } from "../../src/serve/database.ts";

type Said = Parameters<typeof chooseDatabase>[0];
const nothing: Said = { data: undefined, inMemory: false, database: undefined, databaseFile: undefined };
const choose = (said: Partial<Said>, env: Record<string, string> = {}) =>
  chooseDatabase({ ...nothing, ...said }, { HOME: "/people/ada", ...env });

test("data lies in the user's data directory, unless something else is said", async () => {
  expect(await choose({})).toEqual({ kind: "directory", path: "/people/ada/.local/share/kfp-ts" });
  expect(await choose({}, { XDG_DATA_HOME: "/data" })).toEqual({ kind: "directory", path: "/data/kfp-ts" });
  expect(await choose({}, { XDG_DATA_HOME: "relative" })).toMatchObject({ path: "/people/ada/.local/share/kfp-ts" });
  expect(await choose({ data: "here" })).toEqual({ kind: "directory", path: resolve("here") });
  expect(await choose({ inMemory: true })).toEqual({ kind: "memory" });
});

test("Kubeflow in a box has a data directory of its own, so that it runs beside a server for one user", async () => {
  expect(await choose({ kubeflow: true })).toMatchObject({ path: "/people/ada/.local/share/kfp-ts-kubeflow" });
  expect(await choose({ kubeflow: true, data: "here" })).toMatchObject({ path: resolve("here") });
});

test("an option wins over KFP_TS_DATABASE_URL, and that over the default", async () => {
  const env = { KFP_TS_DATABASE_URL: "postgres://kfp:secret@db/kfp" };
  expect(await choose({}, env)).toEqual({ kind: "postgres", url: env.KFP_TS_DATABASE_URL });
  expect(await choose({ inMemory: true }, env)).toEqual({ kind: "memory" });
});

test.each([
  "postgres://kfp:hunter2@db.example.com/kfp",
  "postgresql://kfp:hunter2@/kfp",
  "postgres://kfp@db/kfp?password=hunter2",
  "postgres://kfp@db/kfp?sslmode=require&password=hunter2",
  "nonsense://a:hunter2@b",
])("a password on the command line is refused, with the remedy and without the password: %s", async (database) => {
  const refused = choose({ database });
  await expect(refused).rejects.toMatchObject({
    name: "UsageError",
    fix: expect.stringMatching(/PGPASSWORD.*KFP_TS_DATABASE_URL.*--database-file/s),
  });
  await expect(refused).rejects.not.toThrow("hunter2");
});

test("a URL without a password is taken, and one in a file with it", async () => {
  expect(await choose({ database: "postgres://kfp@db:5432/kfp" })).toMatchObject({ url: "postgres://kfp@db:5432/kfp" });
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-db-"));
  const databaseFile = join(folder, "url");
  await writeFile(databaseFile, "postgres://kfp:secret@db/kfp\n");
  expect(await choose({ databaseFile })).toEqual({ kind: "postgres", url: "postgres://kfp:secret@db/kfp" });
  await rm(folder, { recursive: true });
  await expect(choose({ databaseFile })).rejects.toThrow(`The database file ${databaseFile} cannot be read (ENOENT).`);
});

test("two places are one too many", async () => {
  await expect(choose({ inMemory: true, data: "x" })).rejects.toThrow("--data and --in-memory exclude each other.");
});

test("the place is told without user, password and parameters", () => {
  const url = "postgres://kfp:hunter2@db.example.com:5433/kfp?sslkey=x";
  expect(placeOf({ kind: "postgres", url })).toBe("PostgreSQL at db.example.com:5433, database kfp");
  expect(placeOf({ kind: "postgres", url: "not a url hunter2" })).toBe("PostgreSQL");
});
