import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ObjectError, type WatchedObjects, watchObjects } from "../../src/index.ts";

let folder: string;
let watched: WatchedObjects | undefined;
const changes: string[][] = [];
const problems: string[] = [];

const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;

/** Begins to follow paths; looks are taken by `refresh` alone, so that no test waits for a clock. */
async function watch(...paths: readonly string[]): Promise<WatchedObjects> {
  watched = await watchObjects(paths, {
    onChange: ({ objects }) => changes.push(objects.map(({ metadata }) => metadata.name ?? "")),
    onProblem: ({ message }) => problems.push(message),
    pollMs: 3_600_000,
  });
  return watched;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-objects-"));
  changes.length = 0;
  problems.length = 0;
});

afterEach(async () => {
  watched?.close();
  await rm(folder, { recursive: true });
});

describe("following the files of objects", () => {
  test("a folder stands for the YAML and JSON directly in it", async () => {
    await writeFile(join(folder, "b.yml"), namespace("b"));
    await writeFile(join(folder, "a.yaml"), namespace("a"));
    await writeFile(join(folder, "c.json"), '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "c"}}');
    await writeFile(join(folder, "README.md"), "no YAML: at: all");
    await mkdir(join(folder, "more.yaml"));
    const { current } = await watch(folder);
    expect(current.objects.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
    expect(changes).toEqual([]);
  });

  test("files written anew, replaced, added and taken away are noticed, each change once", async () => {
    const file = join(folder, "a.yaml");
    await writeFile(file, namespace("one"));
    const { refresh } = await watch(folder);
    await refresh();
    expect(changes).toEqual([]);

    await writeFile(file, namespace("two"));
    await refresh();
    await refresh();
    expect(changes).toEqual([["two"]]);

    await writeFile(join(folder, ".new"), namespace("three"));
    await rename(join(folder, ".new"), file);
    await refresh();
    expect(changes.at(-1)).toEqual(["three"]);

    await writeFile(join(folder, "b.yaml"), namespace("four"));
    await refresh();
    expect(changes.at(-1)).toEqual(["three", "four"]);

    await rm(file);
    await refresh();
    expect(changes.at(-1)).toEqual(["four"]);
    expect(changes).toHaveLength(4);
  });

  test("a write of the same length that keeps the file's time is noticed", async () => {
    const file = join(folder, "a.yaml");
    const time = new Date("2026-01-01T00:00:00Z");
    await writeFile(file, namespace("one"));
    await utimes(file, time, time);
    const { refresh } = await watch(file);
    await writeFile(file, namespace("two"));
    await utimes(file, time, time);
    await refresh();
    await refresh();
    expect(changes).toEqual([["two"]]);
  });

  test("a file that is only touched is no change", async () => {
    const file = join(folder, "a.yaml");
    await writeFile(file, namespace("one"));
    const { refresh } = await watch(file);
    await utimes(file, new Date(), new Date());
    await refresh();
    expect(changes).toEqual([]);
  });

  test("a mounted config map is followed when its links are switched", async () => {
    for (const version of ["one", "two"]) {
      await mkdir(join(folder, `..${version}`));
      await writeFile(join(folder, `..${version}`, "a.yaml"), namespace(version));
    }
    await symlink("..one", join(folder, "..data"));
    await symlink("..data/a.yaml", join(folder, "a.yaml"));
    const { current, refresh } = await watch(folder);
    expect(current.objects.map(({ metadata }) => metadata.name)).toEqual(["one"]);
    await symlink("..two", join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    await refresh();
    expect(changes).toEqual([["two"]]);
  });

  test("what is malformed is told once per change, and the last good objects stay until it is mended", async () => {
    const file = join(folder, "a.yaml");
    await writeFile(file, namespace("one"));
    const following = await watch(folder);
    await writeFile(file, "kind: [");
    for (let look = 0; look < 3; look++) await following.refresh();
    expect(problems).toEqual([expect.stringMatching(/a\.yaml:1:\d+: No YAML: /)]);
    expect(following.current.objects.map(({ metadata }) => metadata.name)).toEqual(["one"]);

    await writeFile(file, "kind: Rolle\napiVersion: rbac.authorization.k8s.io/v1");
    await following.refresh();
    expect(problems).toHaveLength(2);

    await writeFile(file, namespace("one"));
    await following.refresh();
    expect(changes).toEqual([["one"]]);
  });

  test("a folder that vanishes is a problem, told once, and empties nothing", async () => {
    await writeFile(join(folder, "a.yaml"), namespace("one"));
    const following = await watch(folder);
    await rename(folder, `${folder}.away`);
    await following.refresh();
    await following.refresh();
    await rename(`${folder}.away`, folder);
    expect(problems).toEqual([`${folder}:1:1: There is no such file or folder.`]);
    expect(following.current.objects).toHaveLength(1);
  });

  test("one object in two files is an error that names both places", async () => {
    await writeFile(join(folder, "a.yaml"), namespace("one"));
    await writeFile(join(folder, "b.yaml"), `# again\n${namespace("one")}`);
    const failure = await watch(folder).catch((error: ObjectError) => error.message);
    expect(failure).toBe(
      `${join(folder, "b.yaml")}:2:1: Namespace one is already at ${join(folder, "a.yaml")}:1:1. Take one of them away.`,
    );
  });

  test("at the first reading a problem is thrown", async () => {
    await expect(watch(join(folder, "none.yaml"))).rejects.toThrow("none.yaml:1:1: There is no such file or folder.");
  });

  test("whoever fails on what was told ends nothing: it is told, and the files are still followed", async () => {
    const file = join(folder, "a.yaml");
    await writeFile(file, namespace("a"));
    const seen = new Promise<string>((resolve) => {
      let failed = false;
      void watchObjects([folder], {
        onChange: ({ objects }) => {
          if (failed) resolve(objects.map(({ metadata }) => metadata.name).join());
          failed = true;
          throw new Error("not taken");
        },
        onProblem: ({ message }) => {
          problems.push(message);
          void writeFile(file, namespace("cc"));
        },
        pollMs: 5,
      }).then((following) => {
        watched = following;
        return writeFile(file, namespace("bb"));
      });
    });
    expect(await seen).toBe("cc");
    expect(problems[0]).toBe("not taken");
  });

  test("files are looked at by themselves, until the following is closed", async () => {
    const file = join(folder, "a.yaml");
    await writeFile(file, namespace("one"));
    const changed = new Promise<readonly (string | undefined)[]>((tell, fail) => {
      watchObjects([file], {
        onChange: ({ objects }) => tell(objects.map(({ metadata }) => metadata.name)),
        onProblem: () => undefined,
        pollMs: 5,
      }).then((following) => {
        watched = following;
        return writeFile(file, namespace("two"));
      }, fail);
    });
    expect(await changed).toEqual(["two"]);
    watched?.close();
    await writeFile(file, namespace("three"));
    await watched?.refresh();
    expect(watched?.current.objects.map(({ metadata }) => metadata.name)).toEqual(["two"]);
  });
});
