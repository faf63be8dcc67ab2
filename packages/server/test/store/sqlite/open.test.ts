import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../../src/ports/store.ts";
import { openStore } from "../../../src/store/open.ts";
import { loadSqliteDriver } from "../../../src/store/sqlite/driver.ts";
import { experiment } from "../records.ts";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kfp-ts-open-"));
  path = join(directory, "new", "data", "kfp.db");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (): Promise<Store> => openStore({ database: { kind: "sqlite", path } });
const mode = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);

describe("a data directory", () => {
  test("is made for its user alone, and so are all files in it", async () => {
    const store = await open();
    await store.experiments.insert(experiment());
    expect(await mode(join(directory, "new"))).toBe("700");
    expect(await mode(join(directory, "new", "data"))).toBe("700");
    const files = await readdir(join(directory, "new", "data"));
    expect(files).toContain("kfp.db-wal");
    for (const file of files) expect(await mode(join(directory, "new", "data", file)), file).toBe("600");
    await store.close();
  });

  test("a database that others could read is closed to them", async () => {
    await (await open()).close();
    await chmod(path, 0o644);
    await (await open()).close();
    expect(await mode(path)).toBe("600");
  });

  test("after closing, the database is one file", async () => {
    const store = await open();
    await store.experiments.insert(experiment());
    await store.close();
    expect(await readdir(join(directory, "new", "data"))).toEqual(["kfp.db"]);
  });

  test("WAL, full synchronisation and foreign keys are on", async () => {
    const store = await open();
    // In the header of the file, both of these bytes are 2 where it is in WAL mode.
    expect((await readFile(path)).subarray(18, 20)).toEqual(Buffer.from([2, 2]));
    await store.close();
  });
});

describe("a data directory that another one uses", () => {
  test("is refused with who it is, and open again once that one is closed", async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      name: "StoreOpenError",
      code: "IN_USE",
      message: `${path} is in use by another process (process ${process.pid}). Stop that one, or give another data directory.`,
    });
    expect(await first.experiments.insert(experiment())).toBe(true);
    await first.close();
    const second = await open();
    expect((await second.counts()).experiments).toBe(1);
    await second.close();
  });

  test("what a killed process has left behind does not count", async () => {
    await (await open()).close();
    await writeFile(`${path}.pid`, "1\n");
    const store = await open();
    expect(await readFile(`${path}.pid`, "utf8")).toBe(`${process.pid}\n`);
    await store.close();
  });
});

describe("a file that is no database of ours", () => {
  beforeEach(() => mkdir(join(directory, "new", "data"), { recursive: true }));

  test("a text is refused and stays as it is", async () => {
    const text = "This is not a database, it is somebody's diary.\n".repeat(100);
    await writeFile(path, text);
    await expect(open()).rejects.toMatchObject({
      code: "NOT_A_STORE",
      message: /is not a database.*move the file away/,
    });
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("another program's database is refused and stays as it is", async () => {
    const Driver = await loadSqliteDriver();
    const other = new Driver(path);
    other.exec("create table bookmarks (url text)");
    other.close();
    const before = await readFile(path);
    await expect(open()).rejects.toMatchObject({ code: "NOT_A_STORE", message: /of another program/ });
    expect(await readFile(path)).toEqual(before);
  });

  test("a damaged one is refused", async () => {
    await (await open()).close();
    const content = await readFile(path);
    content.fill(0xa5, 100, 4096);
    await writeFile(path, content);
    await expect(open()).rejects.toMatchObject({ code: "DAMAGED", message: /is damaged.*Put a backup in its place/ });
  });

  test("one that was cut off is refused", async () => {
    const store = await open();
    for (let count = 0; count < 50; count++)
      await store.experiments.insert(experiment({ description: "x".repeat(5000) }));
    await store.close();
    const content = await readFile(path);
    await writeFile(path, content.subarray(0, 4096 * 3));
    await expect(open()).rejects.toMatchObject({ name: "StoreOpenError", code: "DAMAGED" });
  });

  test("a folder is refused", async () => {
    await mkdir(path);
    await expect(open()).rejects.toMatchObject({ code: "NOT_WRITABLE", message: /EISDIR.*Give a data directory/ });
  });

  test("a data directory that is a file is refused", async () => {
    path = join(directory, "file", "kfp.db");
    await writeFile(join(directory, "file"), "");
    await expect(open()).rejects.toMatchObject({ code: "NOT_WRITABLE", message: /may write to/ });
  });

  // The superuser may write where nobody may: as one, this cannot be tested.
  test.skipIf(process.getuid?.() === 0)("a folder that may not be written is refused", async () => {
    await chmod(join(directory, "new", "data"), 0o500);
    await expect(open()).rejects.toMatchObject({ code: "NOT_WRITABLE", message: /EACCES.*may write to/ });
  });
});
