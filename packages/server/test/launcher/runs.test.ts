import { describe, expect, it } from "vitest";
import type { RunningServer } from "../../src/index.ts";
import { echo, greet } from "../services/harness.ts";
import { Disk, runnerError, taskView } from "./scripted-runner.ts";
import { ask, dataFolder, serverOn } from "./servers.ts";

const inline = { display_name: "r", pipeline_spec: echo };

async function create(server: RunningServer, more: object = {}): Promise<string> {
  const { status, body } = await ask(server, "POST", "runs", { ...inline, ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  return String(body.run_id);
}

async function run(server: RunningServer, runId: string) {
  return (await ask(server, "GET", `runs/${runId}`)).body as {
    readonly state: string;
    readonly finished_at?: string;
    readonly error?: { readonly code: number; readonly message: string };
    readonly state_history: ReadonlyArray<{ readonly state: string }>;
    readonly run_details?: { readonly task_details: ReadonlyArray<Record<string, unknown>> };
  };
}

async function reaches(server: RunningServer, runId: string, state: string): Promise<void> {
  await expect.poll(async () => (await run(server, runId)).state, { timeout: 5000 }).toBe(state);
}

const states = (one: { readonly state_history: ReadonlyArray<{ readonly state: string }> }) =>
  one.state_history.map(({ state }) => state);

describe("a run on a server that executes", () => {
  it("is RUNNING, then what became of it, with the time of its end and its history", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "RUNNING");
    disk.end(runId);
    await reaches(server, runId, "SUCCEEDED");
    const ended = await run(server, runId);
    expect(ended.finished_at).toBe("2026-01-01T00:01:40Z");
    expect(ended.error).toBeUndefined();
    expect(states(ended)).toEqual(["PENDING", "RUNNING", "SUCCEEDED"]);
  });

  it("gets its parameters with macros expanded, its pipeline, its name and its root", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server, {
      pipeline_spec: greet,
      display_name: "hello",
      runtime_config: { parameters: { text: "of [[RunUUID]]" }, pipeline_root: "s3://bucket/root" },
    });
    await reaches(server, runId, "RUNNING");
    expect(disk.requests).toMatchObject([
      { runId, displayName: "hello", parameters: { text: `of ${runId}` }, pipelineRoot: "s3://bucket/root" },
    ]);
    expect(disk.requests[0]?.pipeline.pipelineSpec.pipelineInfo?.name).toBe("greet");
  });

  it("tells why it failed", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "RUNNING");
    disk.end(runId, { state: "FAILED", error: { code: "TASK_FAILED", message: "task a ended with exit code 3" } });
    await reaches(server, runId, "FAILED");
    const { error } = await run(server, runId);
    expect(error).toEqual({ code: 2, message: "TASK_FAILED: task a ended with exit code 3" });
    const { body } = await ask(server, "GET", "runs");
    expect(body.runs).toMatchObject([{ error: { message: /exit code 3/ } }]);
  });

  it.each([
    ["CANNOT_RUN_HERE", 9],
    ["ISOLATION_UNAVAILABLE", 9],
    ["PARAMETERS_INVALID", 3],
    ["ENVIRONMENT_FAILED", 2],
  ])("is FAILED where it cannot be started: %s", async (code, number) => {
    const disk = new Disk();
    disk.refusal = runnerError(code, "because");
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "FAILED");
    expect((await run(server, runId)).error).toEqual({ code: number, message: `${code}: because` });
    disk.refusal = undefined;
    expect((await ask(server, "POST", `runs/${runId}:retry`)).status).toBe(200);
    await reaches(server, runId, "RUNNING");
  });

  it("stays what it is where the disk is full", async () => {
    const disk = new Disk();
    disk.refusal = runnerError("STORE_FAILED", "no space left on device");
    const server = await serverOn(disk);
    const runId = await create(server);
    await expect.poll(() => disk.asked).toContain(`start ${runId}`);
    expect((await run(server, runId)).state).toBe("PENDING");
  });

  it("is CANCELED when it is asked to end", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "RUNNING");
    await ask(server, "POST", `runs/${runId}:terminate`);
    await reaches(server, runId, "CANCELED");
    expect(states(await run(server, runId))).toEqual(["PENDING", "RUNNING", "CANCELED"]);
    expect(disk.asked).toEqual([`start ${runId}`, `cancel ${runId}`]);
  });

  it("goes on where it failed when it is tried again, as the same run", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "RUNNING");
    expect((await ask(server, "POST", `runs/${runId}:retry`)).status).toBe(409);
    disk.end(runId, { state: "FAILED" });
    await reaches(server, runId, "FAILED");
    await ask(server, "POST", `runs/${runId}:retry`);
    await reaches(server, runId, "RUNNING");
    disk.end(runId);
    await reaches(server, runId, "SUCCEEDED");
    expect(disk.asked).toEqual([`start ${runId}`, `retry ${runId}`]);
    expect(states(await run(server, runId))).toEqual([
      "PENDING",
      "RUNNING",
      "FAILED",
      "PENDING",
      "RUNNING",
      "SUCCEEDED",
    ]);
  });

  it("is ended and removed when it is deleted", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server, { run_id: "mine" });
    await reaches(server, runId, "RUNNING");
    expect((await ask(server, "DELETE", `runs/${runId}`)).status).toBe(200);
    expect((await ask(server, "GET", `runs/${runId}`)).status).toBe(404);
    await expect.poll(() => disk.asked).toEqual(["start mine", "cancel mine", "delete mine"]);
    expect(disk.runs.size).toBe(0);
    await expect.poll(async () => (await ask(server, "POST", "runs", { ...inline, run_id: "mine" })).status).toBe(200);
  });

  it("goes on when it is put into the archive", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "RUNNING");
    await ask(server, "POST", `runs/${runId}:archive`);
    disk.end(runId);
    await reaches(server, runId, "SUCCEEDED");
    expect(disk.asked).toEqual([`start ${runId}`]);
  });

  it("shows its tasks, each under the same id as long as it lives", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const runId = await create(server);
    await reaches(server, runId, "RUNNING");
    expect((await run(server, runId)).run_details).toEqual({});
    const error = { code: "TASK_FAILED", message: "exit code 1" } as const;
    const tasks = [
      taskView("loop", { kind: "loop" }),
      taskView("loop/0", { kind: "graph", name: "loop", displayName: "loop" }),
      taskView("loop/0/a", { state: "FAILED", error }),
      taskView("b", { state: "OMITTED", startedAt: 0, endedAt: 0, history: [] }),
    ];
    disk.end(runId, { state: "FAILED", tasks });
    await reaches(server, runId, "FAILED");
    const details = (await run(server, runId)).run_details?.task_details ?? [];
    const [loop, iteration, inner] = details;
    expect(details).toMatchObject([
      { run_id: runId, display_name: "loop", state: "SUCCEEDED", child_tasks: [{ task_id: iteration?.task_id }] },
      { display_name: "iteration 0", parent_task_id: loop?.task_id, child_tasks: [{ task_id: inner?.task_id }] },
      {
        display_name: "loop/0/a",
        state: "FAILED",
        parent_task_id: iteration?.task_id,
        error: { message: /exit code 1/ },
      },
      { display_name: "b", state: "SKIPPED" },
    ]);
    expect(inner?.task_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await run(server, runId)).run_details?.task_details).toEqual(details);
  });
});

describe("a server that starts again", () => {
  it("takes up what was RUNNING and what was PENDING, and ends what was to end", async () => {
    const disk = new Disk();
    const data = await dataFolder();
    const first = await serverOn(disk, { data, folder: `${data}/runs` });
    const running = await create(first);
    await reaches(first, running, "RUNNING");
    disk.refusal = runnerError("STORE_FAILED");
    const pending = await create(first);
    const canceled = await create(first);
    await expect.poll(() => disk.asked).toContain(`start ${canceled}`);
    await ask(first, "POST", `runs/${canceled}:terminate`);
    await first.close();
    disk.refusal = undefined;
    disk.asked.length = 0;
    const second = await serverOn(disk, { data, folder: `${data}/runs` });
    await reaches(second, pending, "RUNNING");
    await reaches(second, canceled, "CANCELED");
    await expect.poll(() => disk.asked).toContain(`resume ${running}`);
    disk.end(running);
    await reaches(second, running, "SUCCEEDED");
    expect(disk.asked.filter((one) => one.startsWith("start"))).toEqual([`start ${pending}`]);
  });

  it("notes how a run has ended whose end was not written down", async () => {
    const disk = new Disk();
    const data = await dataFolder();
    const first = await serverOn(disk, { data, folder: `${data}/runs` });
    const runId = await create(first);
    await reaches(first, runId, "RUNNING");
    await first.close();
    const stored = disk.runs.get(runId);
    if (stored !== undefined) stored.view = { ...stored.view, state: "SUCCEEDED", endedAt: 1_767_225_700_000 };
    const second = await serverOn(disk, { data, folder: `${data}/runs` });
    await reaches(second, runId, "SUCCEEDED");
    expect(disk.asked).toEqual([`start ${runId}`]);
  });

  it("executes nothing that a server has only recorded", async () => {
    const disk = new Disk();
    const data = await dataFolder();
    const first = await serverOn(disk, { data, runs: undefined });
    const runId = await create(first);
    await first.close();
    const second = await serverOn(disk, { data, folder: `${data}/runs` });
    await ask(second, "POST", `runs/${runId}:terminate`);
    await reaches(second, runId, "CANCELED");
    expect(disk.asked).toEqual([]);
  });

  it("loads nothing that executes where there is nothing to execute", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    await ask(server, "GET", "runs");
    await server.close();
    expect(disk.made).toEqual([]);
  });
});
