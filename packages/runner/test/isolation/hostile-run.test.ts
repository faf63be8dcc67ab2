import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";
import { afterAll, describe, expect, test } from "vitest";
import { bubblewrap } from "../../src/isolation/bubblewrap.ts";
import { createRunner } from "../../src/runs/create-runner.ts";
import type { RunnerOptions } from "../../src/runs/runner.ts";
import { interpreter, launch, room } from "../containers/python-room.ts";
import { type Step, shellPipeline } from "../runs/pipelines.ts";

const place = room();
afterAll(() => place.remove());
const missing = await bubblewrap().unavailable();
const isolations = missing === undefined ? (["none", "bubblewrap"] as const) : (["none"] as const);
const key = join(place.folder, "signing.key");
writeFileSync(key, "the signing key");
/** Isolated programs see the system's Python only. */
const pathIn = (isolation: "none" | "bubblewrap") =>
  isolation === "none" ? process.env.PATH : "/usr/local/bin:/usr/bin:/bin";
let count = 0;

async function outcomeOf(steps: readonly Step[], options: Partial<RunnerOptions> = {}, namespace = "a") {
  count += 1;
  const folder = options.folder ?? join(place.folder, `runs-${count}`);
  const env = { PATH: process.env.PATH };
  const runner = await createRunner({ isolation: "bubblewrap", hostCommands: true, env, ...options, folder });
  try {
    const { runId, ended } = await runner.start({ pipeline: shellPipeline(steps), namespace });
    const view = await ended;
    const read = async (task: string) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await runner.artifact(runId, task, "file"))?.content ?? []) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    const tasks = Object.fromEntries(view.tasks.map((task) => [task.path, task]));
    return {
      view,
      tasks,
      files: Object.fromEntries(await Promise.all(view.tasks.map(async ({ path }) => [path, await read(path)]))),
    };
  } finally {
    await runner.close();
  }
}

describe.skipIf(missing !== undefined)(`a run in isolation (skipped without bubblewrap: ${missing})`, () => {
  test("has a user with a name and a home, as programs expect it, and none of this machine's", async () => {
    const names =
      "import getpass, grp, os, pwd; print(getpass.getuser(), grp.getgrgid(os.getgid())[0], os.path.expanduser('~task') == os.environ['HOME'], len(pwd.getpwall()))";
    const { view, files } = await outcomeOf([{ name: "who", script: `python3 -c "${names}" > "$FILE"; : > "$OUT"` }], {
      env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    });
    expect([view.state, files.who], JSON.stringify(view.error)).toEqual(["SUCCEEDED", "task task True 2\n"]);
  });

  test("reads no file of another namespace's run, and none of its own server", async () => {
    const folder = join(place.folder, "shared");
    const other = await outcomeOf([{ name: "one", script: 'echo theirs > "$FILE"; : > "$OUT"' }], { folder }, "b");
    const theirs = other.tasks.one?.outputs.artifacts.file?.[0]?.uri ?? "";
    expect(readFileSync(theirs, "utf8")).toBe("theirs\n");
    const look = [theirs, key, join(folder, "cache"), join(folder, "place")].map(
      (path) => `cat '${path}' || ls '${path}' || true`,
    );
    const { view, files } = await outcomeOf(
      [{ name: "spy", script: `{ ${look.join("; ")}; } > "$FILE"; : > "$OUT"` }],
      { folder },
    );
    expect([view.state, files.spy]).toEqual(["SUCCEEDED", ""]);
  });

  test.each([
    ["its folder of outputs", `rm -r ../outputs; ln -s '${place.folder}' ../outputs`],
    ["its log", `rm ../log; ln -s '${key}' ../log; exit 1`],
    ["its artifact", `ln -s '${key}' "$FILE"; : > "$OUT"`],
    ["its temporary folder", `rm -r ../tmp; ln -s '${place.folder}' ../tmp; : > "$OUT"`],
  ])("tells nobody the signing key when it makes a link to it of %s", async (_what, script) => {
    const { view, tasks, files } = await outcomeOf([{ name: "spy", script }]);
    expect(JSON.stringify([view, tasks, files])).not.toContain("the signing key");
  });

  test("cannot change what another run gets of the cache", async () => {
    const folder = join(place.folder, "cached");
    const steps: Step[] = [
      { name: "make", script: 'echo made > "$FILE"; : > "$OUT"', more: { cachingOptions: { enableCache: true } } },
    ];
    const first = await outcomeOf(steps, { folder });
    const uri = first.tasks.make?.outputs.artifacts.file?.[0]?.uri ?? "";
    writeFileSync(uri, "changed");
    const again = await outcomeOf(steps, { folder });
    expect([again.tasks.make?.cached !== undefined, again.files.make]).toEqual([true, "made\n"]);
    const other = await outcomeOf(steps, { folder }, "b");
    expect([other.tasks.make?.cached, other.files.make]).toEqual([undefined, "made\n"]);
  });
});

describe.each(isolations)("faults of a component, isolation %s", (isolation) => {
  const one = async (script: string, options: Partial<RunnerOptions> = {}) => {
    const { view, tasks } = await outcomeOf([{ name: "one", script }], { isolation, ...options });
    return { state: view.state, error: tasks.one?.error };
  };

  test("one that prints gigabytes is ended at the limit of its log", async () => {
    expect(await one("yes flood", { maxLogBytes: 100_000 })).toMatchObject({
      state: "FAILED",
      error: { message: expect.stringContaining("too much to its log") },
    });
  }, 60_000);

  test("one that ends with 137 has failed with that", async () => {
    expect(await one("exit 137")).toMatchObject({ state: "FAILED", error: { exitCode: 137 } });
  });

  test("one that is killed has failed", async () => {
    expect(await one("kill -9 $$")).toMatchObject({ state: "FAILED", error: { code: "TASK_FAILED" } });
  });

  test("one that leaves children ends, and they with it", async () => {
    const before = Date.now();
    expect(await one(`for n in 1 2 3; do setsid sleep 300 & done; echo x > "$OUT"`)).toMatchObject({
      state: "SUCCEEDED",
    });
    expect(Date.now() - before).toBeLessThan(120_000);
  }, 150_000);

  test("one that forks and forks is ended with all of it", async () => {
    expect(await one(`for n in $(seq 50); do (setsid sh -c 'sleep 300 & sleep 300' &); done; exit 3`)).toMatchObject({
      state: "FAILED",
      error: { exitCode: 3 },
    });
  }, 60_000);

  test("one that deletes its outputs, or all of its folder, has failed with what is missing", async () => {
    expect(await one('echo x > "$OUT"; rm -r ../outputs')).toMatchObject({ error: { code: "OUTPUT_INVALID" } });
    expect(await one('echo x > "$OUT"; rm -rf "$PWD/../"* || true')).toMatchObject({ state: "FAILED" });
  });

  test("one that writes its outputs as something else has failed, and nobody waits for it", async () => {
    for (const make of [
      'mkfifo "$OUT"',
      'mkdir "$OUT"',
      'ln -s /etc/passwd "$OUT"',
      'ln -s "$OUT" "$OUT"',
      "mkfifo ../output_metadata.json",
      "mkdir ../output_metadata.json",
      ': > "$OUT"; mkfifo "$FILE"',
      ': > "$OUT"; ln -s /etc "$FILE"',
    ]) {
      expect(await one(make), make).toMatchObject({ state: "FAILED", error: { code: "OUTPUT_INVALID" } });
    }
  }, 60_000);

  test("one that writes broken JSON of its outputs has failed", async () => {
    expect(await one('echo "{" > ../output_metadata.json')).toMatchObject({ error: { code: "OUTPUT_INVALID" } });
  });

  test("one that gives a file of many terabytes with nothing in it holds up nobody", async () => {
    const script = 'truncate -s 4T "$FILE"; : > "$OUT"';
    const steps: Step[] = [{ name: "one", script, more: { cachingOptions: { enableCache: true } } }];
    count += 1;
    const runner = await createRunner({
      folder: join(place.folder, `large-${count}`),
      isolation,
      hostCommands: true,
      env: { PATH: process.env.PATH },
    });
    const handle = await runner.start({ pipeline: shellPipeline(steps) });
    expect((await handle.ended).state).toBe("SUCCEEDED");
    await runner.close();
  }, 60_000);

  test.each([
    ["that nobody may open", "mkdir -p ../work/a/b && chmod 000 ../work/a"],
    [
      "in each other beyond what a path can name",
      "python3 -c \"import os\nfor n in range(3000):\n os.mkdir('deep'); os.chdir('deep')\"",
    ],
  ])(
    "one that leaves folders %s can be deleted with its run",
    async (_what, script) => {
      count += 1;
      const options = {
        folder: join(place.folder, `left-${count}`),
        isolation,
        hostCommands: true,
        env: { PATH: pathIn(isolation) },
      };
      const runner = await createRunner(options);
      const { runId, ended } = await runner.start({
        pipeline: shellPipeline([{ name: "one", script: `${script}; : > "$OUT"` }]),
      });
      expect((await ended).state).toBe("SUCCEEDED");
      await runner.delete(runId);
      expect(await runner.get(runId)).toBeUndefined();
      await runner.close();
    },
    60_000,
  );
});

describe.each(isolations)("an interpreter, isolation %s", (isolation) => {
  test("may be said by a path from where the command is started, and have its base below a home", async () => {
    const folder = join(place.folder, `python-${isolation}`);
    mkdirSync(folder);
    const python = relative(process.cwd(), interpreter(folder));
    const runner = await createRunner({
      folder: relative(process.cwd(), join(folder, "runs")),
      isolation,
      python,
      env: { PATH: pathIn(isolation) },
    });
    const source = 'import os\ndef f(): print("from", os.getcwd())';
    const input = '{"inputs": {}, "outputFile": "result.json"}';
    const container = {
      image: "python:3.11",
      command: ["sh", "-ec", launch, source],
      args: ["--executor_input", input, "--function_to_execute", "f"],
    };
    const pipeline = JSON.stringify({
      pipelineInfo: { name: "python" },
      schemaVersion: "2.1.0",
      sdkVersion: "kfp-2.17.0",
      root: { dag: { tasks: { one: { componentRef: { name: "comp-one" } } } } },
      components: { "comp-one": { executorLabel: "exec-one" } },
      deploymentSpec: { executors: { "exec-one": { container } } },
    });
    const view = await (await runner.start({ pipeline: parsePipelineDocuments(pipeline) })).ended;
    expect(view.state, JSON.stringify(view.error)).toBe("SUCCEEDED");
    await runner.close();
  });
});
