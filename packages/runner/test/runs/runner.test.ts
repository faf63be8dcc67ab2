import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunnerError } from "../../src/errors/runner-error.ts";
import { createRunner } from "../../src/runs/create-runner.ts";
import type { RunHandle, Runner, RunnerOptions } from "../../src/runs/runner.ts";
import { shellPipeline } from "./pipelines.ts";

let folder: string;
const open: Runner[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-runner-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function runnerWith(options: Partial<RunnerOptions> = {}): Promise<Runner> {
  const runner = await createRunner({
    folder,
    isolation: "none",
    hostCommands: true,
    env: { PATH: process.env.PATH, SECRET: "of this process" },
    ...options,
  });
  open.push(runner);
  return runner;
}

async function textOf(chunks: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (chunks === undefined) return undefined;
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString("utf8");
}

const says = (text: string) =>
  `printf %s '${text}' > "$OUT"; printf %s 'file of ${text}' > "$FILE"; echo 'log of ${text}'`;
const gate = () => join(folder, "gate");
const waits = () => `while ! [ -e '${gate()}' ]; do sleep 0.02; done; ${says("waited")}`;

describe("a run", () => {
  test("has a view with its tasks, its outputs, its logs and its artifacts", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([
      { name: "one", script: says("1") },
      { name: "two", script: says("2"), after: ["one"] },
    ]);
    const handle = await runner.start({ pipeline, displayName: "my run" });
    const view = await handle.ended;
    expect(view).toMatchObject({
      displayName: "my run",
      pipelineName: "shell",
      state: "SUCCEEDED",
      underWay: false,
      history: [{ state: "RUNNING" }, { state: "SUCCEEDED" }],
      tasks: [
        { path: "one", kind: "container", state: "SUCCEEDED", attempts: 1, outputs: { parameters: { Output: "1" } } },
        { path: "two", state: "SUCCEEDED" },
      ],
    });
    expect(await runner.get(handle.runId)).toEqual(view);
    expect(await textOf(await runner.log(handle.runId, "two"))).toBe("log of 2\n");
    const artifact = await runner.artifact(handle.runId, "one", "file");
    expect(artifact).toMatchObject({ size: 9, folder: false, artifact: { type: { schemaTitle: "system.Dataset" } } });
    expect(await textOf(artifact?.content)).toBe("file of 1");
    expect(await runner.log(handle.runId, "nobody")).toBeUndefined();
    expect(await runner.artifact(handle.runId, "one", "nothing")).toBeUndefined();
    expect((await runner.list()).map(({ runId }) => runId)).toEqual([handle.runId]);
  });

  test("gives its tasks nothing of the environment of this process but the path", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([{ name: "one", script: `env | cut -d= -f1 | sort | tr '\\n' ' ' > "$OUT"` }]);
    const { tasks } = await (await runner.start({ pipeline })).ended;
    const names = String(tasks[0]?.outputs.parameters.Output).trim().split(" ");
    expect(names).toEqual(expect.arrayContaining(["HOME", "LANG", "PATH", "TMPDIR"]));
    expect(names).not.toContain("SECRET");
  });

  test("is readable by its user alone", async () => {
    const runner = await runnerWith();
    const { runId } = await runner
      .start({ pipeline: shellPipeline([{ name: "one", script: says("1") }]) })
      .then((handle) => handle.ended);
    const place = join(folder, "runs", runId);
    expect(statSync(place).mode & 0o077).toBe(0);
    for (const file of ["run.json", "pipeline.json", "events.jsonl"]) {
      expect(statSync(join(place, file)).mode & 0o077, file).toBe(0);
    }
  });

  test("says what happens, also to who comes later and to another runner", async () => {
    const runner = await runnerWith();
    const handle = await runner.start({ pipeline: shellPipeline([{ name: "one", script: waits() }]) });
    const seen: string[] = [];
    const other = await runnerWith();
    const following = (async () => {
      for await (const event of other.events(handle.runId)) seen.push(event.type);
    })();
    expect(await other.get(handle.runId)).toMatchObject({ underWay: true });
    for await (const event of handle.events()) if (event.type === "task process") break;
    writeFileSync(gate(), "");
    await handle.ended;
    await following;
    expect(seen).toEqual(["run started", "task started", "task process", "task ended", "run ended"]);
    const later: string[] = [];
    for await (const event of handle.events()) later.push(event.type);
    expect(later).toEqual(seen);
  });

  test("whose log is followed tells it while it is written", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([{ name: "one", script: `echo first; ${waits()}` }]);
    const handle = await runner.start({ pipeline });
    for await (const event of handle.events()) if (event.type === "task process") break;
    let text = "";
    for await (const chunk of (await runner.log(handle.runId, "one", { follow: true })) ?? []) {
      text += Buffer.from(chunk).toString();
      if (text === "first\n") writeFileSync(gate(), "");
    }
    expect(text).toBe("first\nlog of waited\n");
  });

  test("that is canceled ends its tasks and says so", async () => {
    const runner = await runnerWith();
    const handle = await runner.start({
      pipeline: shellPipeline([
        { name: "one", script: "sleep 600" },
        { name: "two", script: says("2"), after: ["one"] },
      ]),
    });
    for await (const event of handle.events()) if (event.type === "task process") break;
    await handle.cancel();
    expect(await handle.ended).toMatchObject({
      state: "CANCELED",
      history: [{ state: "RUNNING" }, { state: "CANCELING" }, { state: "CANCELED" }],
      tasks: [
        { path: "one", state: "CANCELED" },
        { path: "two", state: "OMITTED" },
      ],
    });
  });

  test("that is canceled while its end is written down has ended", async () => {
    let asked = false;
    let canceled: Promise<void> | undefined;
    let handle: RunHandle | undefined;
    const hasEnded = (runId: string) =>
      readFileSync(join(folder, "runs", runId, "events.jsonl"), "utf8").includes('"task ended"');
    // The clock is asked when the event of the end is made.
    const now = () => {
      const { runId } = handle ?? {};
      if (runId === undefined || asked || !hasEnded(runId)) return 1000;
      asked = true;
      canceled = Promise.resolve().then(() => handle?.cancel());
      return 1000;
    };
    const runner = await runnerWith({ clock: { now } });
    handle = await runner.start({ pipeline: shellPipeline([{ name: "one", script: says("1") }]) });
    expect(await handle.ended).toMatchObject({ state: "SUCCEEDED" });
    await canceled;
    expect(asked).toBe(true);
    expect(await runner.get(handle.runId)).toMatchObject({ state: "SUCCEEDED" });
    await expect(runner.resume(handle.runId)).rejects.toMatchObject({ code: "RUN_FINISHED" });
  });

  test("that takes too long is ended and has failed", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([{ name: "one", script: "sleep 600" }]);
    const whole = await (await runner.start({ pipeline, timeLimitMs: 300 })).ended;
    expect(whole).toMatchObject({ state: "FAILED", error: { code: "TIME_LIMIT" } });
    const task = await (await runner.start({ pipeline, taskTimeLimitMs: 300 })).ended;
    expect(task).toMatchObject({ state: "FAILED", tasks: [{ state: "FAILED", error: { code: "TIME_LIMIT" } }] });
  });

  test("that is taken up again has its time anew", async () => {
    let now = 1000;
    const runner = await runnerWith({ clock: { now: () => now } });
    const pipeline = shellPipeline([{ name: "one", script: `[ -e '${gate()}' ]; ${says("1")}` }]);
    const { runId } = await (await runner.start({ pipeline, timeLimitMs: 60_000 })).ended;
    now += 3_600_000;
    writeFileSync(gate(), "");
    expect(await (await runner.resume(runId, { retryFailed: true })).ended).toMatchObject({ state: "SUCCEEDED" });
  });

  test("fails with the end of the log of the task that failed", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([{ name: "one", script: "echo it was me >&2; exit 7" }]);
    const view = await (await runner.start({ pipeline })).ended;
    expect(view).toMatchObject({ state: "FAILED", error: { code: "TASK_FAILED", exitCode: 7 } });
    expect(view.error?.message).toContain("it was me");
  });
});

describe("a run that was interrupted", () => {
  test("goes on where it was, in another runner", async () => {
    const first = await runnerWith();
    const ledger = join(folder, "ledger");
    const pipeline = shellPipeline([
      { name: "one", script: `echo one >> '${ledger}'; ${says("1")}` },
      { name: "two", script: `echo two >> '${ledger}'; ${waits()}`, after: ["one"] },
    ]);
    const handle = await first.start({ pipeline, cache: false });
    while (!existsSync(ledger) || !readFileSync(ledger, "utf8").includes("two"))
      await new Promise((go) => setTimeout(go, 5));
    await first.close();
    await expect(handle.ended).rejects.toMatchObject({ code: "RUN_INTERRUPTED" });
    writeFileSync(gate(), "");

    const second = await runnerWith();
    expect(await second.get(handle.runId)).toMatchObject({ state: "RUNNING", underWay: false });
    const view = await (await second.resume(handle.runId)).ended;
    expect(view).toMatchObject({ state: "SUCCEEDED", tasks: [{ attempts: 1 }, { attempts: 2 }] });
    expect(readFileSync(ledger, "utf8")).toBe("one\ntwo\ntwo\n");
  });

  test("before it had begun is not begun by a runner that is closed, whenever that is", async () => {
    const pipeline = shellPipeline([{ name: "one", script: "sleep 600" }]);
    for (let turns = 0; turns < 60; turns++) {
      const runner = await runnerWith();
      const runId = `after-${turns}`;
      const outcome = runner
        .start({ pipeline, runId })
        .then((handle) => handle.ended)
        .catch((error: RunnerError) => error.code);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await runner.close();
      expect((await runner.get(runId))?.underWay ?? false, runId).toBe(false);
      expect(await outcome, runId).toBe("RUN_INTERRUPTED");
    }
  });

  test("is executed by one runner at a time", async () => {
    const first = await runnerWith();
    const handle = await first.start({ pipeline: shellPipeline([{ name: "one", script: waits() }]) });
    const second = await runnerWith();
    await expect(second.resume(handle.runId)).rejects.toMatchObject({ code: "RUN_BUSY" });
    await expect(second.delete(handle.runId)).rejects.toMatchObject({ code: "RUN_BUSY" });
    await first.close();
    writeFileSync(gate(), "");
    const both = await Promise.allSettled([second.resume(handle.runId), second.resume(handle.runId)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("is not taken for under way because a process that is gone has left its lock", async () => {
    const first = await runnerWith();
    const handle = await first.start({ pipeline: shellPipeline([{ name: "one", script: waits() }]) });
    for await (const event of handle.events()) if (event.type === "task process") break;
    await first.close();
    writeFileSync(
      join(folder, "runs", handle.runId, "lock"),
      JSON.stringify({ processId: 1, processStart: "long ago" }),
    );
    writeFileSync(gate(), "");
    const second = await runnerWith();
    expect(await second.get(handle.runId)).toMatchObject({ underWay: false });
    expect(await (await second.resume(handle.runId)).ended).toMatchObject({ state: "SUCCEEDED" });
    expect(existsSync(join(folder, "runs", handle.runId, "lock"))).toBe(false);
  });

  test("has lost nothing by a line that its process did not finish", async () => {
    const first = await runnerWith();
    const handle = await first.start({ pipeline: shellPipeline([{ name: "one", script: waits() }]) });
    for await (const event of handle.events()) if (event.type === "task process") break;
    await first.close();
    appendFileSync(join(folder, "runs", handle.runId, "events.jsonl"), '{"type":"task ended","at":1,"ta');
    writeFileSync(gate(), "");
    const second = await runnerWith();
    expect(await (await second.resume(handle.runId)).ended).toMatchObject({ state: "SUCCEEDED" });
  });
});

describe("a run that has failed", () => {
  test("is tried again on request: what has succeeded is kept", async () => {
    const runner = await runnerWith();
    const ledger = join(folder, "ledger");
    const pipeline = shellPipeline([
      { name: "one", script: `echo one >> '${ledger}'; ${says("1")}` },
      { name: "two", script: `echo two >> '${ledger}'; [ -e '${gate()}' ]; ${says("2")}`, after: ["one"] },
      { name: "three", script: `echo three >> '${ledger}'; ${says("3")}`, after: ["two"] },
    ]);
    const { runId } = await (await runner.start({ pipeline, cache: false })).ended;
    await expect(runner.resume(runId)).rejects.toMatchObject({ code: "RUN_FINISHED" });
    writeFileSync(gate(), "");
    const view = await (await runner.resume(runId, { retryFailed: true })).ended;
    expect(view).toMatchObject({ state: "SUCCEEDED" });
    expect(view.error).toBeUndefined();
    expect(readFileSync(ledger, "utf8")).toBe("one\ntwo\ntwo\nthree\n");
    await expect(runner.resume(runId, { retryFailed: true })).rejects.toMatchObject({ code: "RUN_FINISHED" });
  });
});

describe("a folder of runs", () => {
  test("that is damaged says where, and the other runs are there", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([{ name: "one", script: says("1") }]);
    const [a, b] = [await (await runner.start({ pipeline })).ended, await (await runner.start({ pipeline })).ended];
    const log = join(folder, "runs", a.runId, "events.jsonl");
    writeFileSync(log, `nonsense\n${readFileSync(log, "utf8")}`);
    await expect(runner.get(a.runId)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("byte 0"),
    });
    expect(await runner.get(b.runId)).toMatchObject({ state: "SUCCEEDED" });
    expect(await runner.list()).toHaveLength(2);
    await runner.delete(a.runId);
    expect(await runner.get(a.runId)).toBeUndefined();
    expect(readdirSync(join(folder, "new"))).toEqual([]);
  });

  test("knows no run by a name that leads out of it", async () => {
    const runner = await runnerWith();
    for (const runId of ["../other", "a/b", "", ".", "..", "x".repeat(200)]) {
      await expect(runner.get(runId)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
    await expect(runner.resume("nobody")).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });

  test("has a run once, whoever asks twice", async () => {
    const runner = await runnerWith();
    const request = { pipeline: shellPipeline([{ name: "one", script: says("1") }]), runId: "mine" };
    await (await runner.start(request)).ended;
    await expect(runner.start(request)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("that cannot be made is said", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(runnerWith({ folder: join(folder, "file", "below") })).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

describe("before the first task", () => {
  test("all images are named that cannot be executed here, and nothing is stored", async () => {
    const runner = await runnerWith({ hostCommands: false });
    const pipeline = shellPipeline([{ name: "one", script: says("1") }]);
    await expect(runner.start({ pipeline })).rejects.toMatchObject({
      code: "CANNOT_RUN_HERE",
      message: expect.stringMatching(/image any:.*--allow-host-commands/),
    });
    expect(await runner.list()).toEqual([]);
  });

  test("parameters are checked", async () => {
    const runner = await runnerWith();
    const pipeline = shellPipeline([{ name: "one", script: says("1") }]);
    await expect(runner.start({ pipeline, parameters: { nobody: 1 } })).rejects.toMatchObject({
      code: "PARAMETERS_INVALID",
      message: expect.stringContaining("nobody"),
    });
  });

  test("a number of jobs that is none is refused", async () => {
    await expect(runnerWith({ jobs: 0 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});
