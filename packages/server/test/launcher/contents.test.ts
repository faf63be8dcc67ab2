import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunningServer } from "../../src/index.ts";
import { echo } from "../services/harness.ts";
import { Disk, taskView } from "./scripted-runner.ts";
import { ask, dataFolder, serverOn } from "./servers.ts";

const dataset = {
  name: "data",
  type: { schemaTitle: "system.Dataset" },
  uri: "s3://b/data.csv",
  metadata: { rows: 3 },
};
const metrics = { name: "m", type: { schemaTitle: "system.Metrics" }, uri: "s3://b/m", metadata: { accuracy: 0.5 } };

const tasks = [
  taskView("graph", { kind: "graph", outputs: { parameters: {}, artifacts: { data: [dataset] } } }),
  taskView("graph/train", {
    attempts: 2,
    inputs: { parameters: { epochs: 3 }, artifacts: { from: [metrics] } },
    outputs: { parameters: { loss: 0.25 }, artifacts: { data: [dataset, { ...dataset, name: "two" }], m: [metrics] } },
    cached: { runId: "before", task: "graph/train" },
  }),
];

async function ended(more: Parameters<typeof serverOn>[1] = {}): Promise<{
  readonly server: RunningServer;
  readonly disk: Disk;
  readonly runId: string;
}> {
  const disk = new Disk();
  const server = await serverOn(disk, more);
  const { body } = await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo });
  const runId = String(body.run_id);
  await expect.poll(() => disk.runs.has(runId)).toBe(true);
  disk.end(runId, { state: "SUCCEEDED", tasks });
  return { server, disk, runId };
}

const node = encodeURIComponent("graph/train");

describe("the tasks of a run", () => {
  it("are listed with what went in and what came out", async () => {
    const { server, runId } = await ended();
    const { body } = await ask(server, "GET", `runs/${runId}/tasks`);
    expect(body.total_size).toBe(2);
    const [graph, train] = body.tasks as ReadonlyArray<Record<string, unknown>>;
    expect(graph).toMatchObject({ path: "graph", kind: "graph" });
    expect(train).toMatchObject({
      path: "graph/train",
      name: "train",
      state: "SUCCEEDED",
      attempts: 2,
      parent_task_id: graph?.task_id,
      input_parameters: { epochs: 3 },
      input_artifacts: [{ name: "from", type: "system.Metrics", uri: "s3://b/m" }],
      output_parameters: { loss: 0.25 },
      cached_from: { run_id: "before", task_path: "graph/train" },
    });
  });

  it("are given page by page", async () => {
    const { server, runId } = await ended();
    const first = (await ask(server, "GET", `runs/${runId}/tasks?page_size=1`)).body;
    expect(first).toMatchObject({ total_size: 2, tasks: [{ path: "graph" }] });
    const second = (await ask(server, "GET", `runs/${runId}/tasks?page_token=${first.next_page_token}`)).body;
    expect(second).toMatchObject({ tasks: [{ path: "graph/train" }] });
    expect(second.next_page_token).toBeUndefined();
    expect((await ask(server, "GET", `runs/${runId}/tasks?page_token=x`)).status).toBe(400);
    expect((await ask(server, "GET", `runs/${runId}/tasks?page_size=-1`)).status).toBe(400);
  });

  it("are none of a run that is only recorded, and 404 of one that is not there", async () => {
    const server = await serverOn(new Disk(), { runs: undefined });
    const { body } = await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo });
    expect((await ask(server, "GET", `runs/${body.run_id}/tasks`)).body).toEqual({});
    expect((await ask(server, "GET", "runs/nobody/tasks")).status).toBe(404);
  });
});

describe("the outputs of a run", () => {
  it("are those of its pipeline, its artifacts with the task that made them", async () => {
    const disk = new Disk();
    const server = await serverOn(disk);
    const { body: created } = await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo });
    const runId = String(created.run_id);
    await expect.poll(() => disk.runs.has(runId)).toBe(true);
    expect((await ask(server, "GET", `runs/${runId}/outputs`)).body).toEqual({ run_id: runId });

    const given = { ...dataset, name: "given", uri: "s3://b/given" };
    const outputs = { parameters: { loss: 0.25, note: null }, artifacts: { best: [metrics], from: [given] } };
    disk.end(runId, { state: "SUCCEEDED", tasks, outputs });
    const { body } = await ask(server, "GET", `runs/${runId}/outputs`);
    expect(body).toMatchObject({
      run_id: runId,
      parameters: { loss: 0.25, note: null },
      artifacts: [
        { name: "best", task_path: "graph/train", type: "system.Metrics", metadata: { accuracy: 0.5 } },
        { name: "from", uri: "s3://b/given" },
      ],
    });
    const [best, from] = body.artifacts as ReadonlyArray<Record<string, unknown>>;
    expect(await (await fetch(`${server.url}${best?.download_path}`)).text()).toBe("the content of m");
    expect(from).not.toHaveProperty("task_path");
    expect(from).not.toHaveProperty("download_path");
  });

  it("are none of a run that is only recorded, and 404 of one that is not there", async () => {
    const server = await serverOn(new Disk(), { runs: undefined });
    const { body } = await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo });
    expect((await ask(server, "GET", `runs/${body.run_id}/outputs`)).body).toEqual({ run_id: body.run_id });
    expect((await ask(server, "GET", "runs/nobody/outputs")).status).toBe(404);
  });
});

describe("the artifacts of a run", () => {
  it("are those that its leaves have made, each with where it can be downloaded", async () => {
    const { server, runId } = await ended();
    const { body } = await ask(server, "GET", `runs/${runId}/artifacts`);
    const artifacts = body.artifacts as ReadonlyArray<Record<string, unknown>>;
    expect(artifacts).toMatchObject([
      { task_path: "graph/train", name: "data", type: "system.Dataset", metadata: { rows: 3 } },
      { name: "data", index: 1 },
      { name: "m", type: "system.Metrics", metadata: { accuracy: 0.5 } },
    ]);
    const answers = await Promise.all(artifacts.map((one) => fetch(`${server.url}${one.download_path}`)));
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
      "the content of data",
      "the content of two",
      "the content of m",
    ]);
    expect(answers[0]?.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''data.csv");
    expect(answers[0]?.headers.get("content-length")).toBe("19");
    expect(answers[0]?.headers.get("content-type")).toBe("application/octet-stream");
  });

  it("can be restricted to a type, which gives the metrics", async () => {
    const { server, runId } = await ended();
    const { body } = await ask(server, "GET", `runs/${runId}/artifacts?type=system.Metrics`);
    expect(body).toMatchObject({ total_size: 1, artifacts: [{ metadata: { accuracy: 0.5 } }] });
  });

  it.each(["v1beta1", "v2beta1"])("are read as upstream gives them, in base64: %s", async (version) => {
    const { server, runId } = await ended();
    const answer = await fetch(`${server.url}/apis/${version}/runs/${runId}/nodes/${node}/artifacts/data:read`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    const { data } = (await answer.json()) as { data: string };
    expect(Buffer.from(data, "base64").toString()).toBe("the content of data");
  });

  it.each(["read", "download"])("are 404 in upstream's shape where there is none: %s", async (verb) => {
    const { server, runId } = await ended();
    for (const path of [`${node}/artifacts/nothing`, "nobody/artifacts/data", `${node}/artifacts/data`]) {
      const index = path.endsWith("data") ? "?index=7" : "";
      const answer = await fetch(`${server.url}/apis/v2beta1/runs/${runId}/nodes/${path}:${verb}${index}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ error_message: expect.stringMatching(/not found/) });
    }
  });

  it("are not given to anybody where they are files that no run has made", async () => {
    const data = await dataFolder();
    const runId = "mine";
    const own = join(data, "runs", "runs", runId);
    const other = join(data, "runs", "runs", "other");
    await mkdir(own, { recursive: true });
    await mkdir(other);
    await writeFile(join(other, "model"), "model of another namespace");
    await writeFile(join(data, "signing.key"), "secret");
    await writeFile(join(own, "model"), "model");
    await symlink(join(data, "signing.key"), join(own, "link"));
    const isolation = "bubblewrap";
    const disk = new Disk();
    const createRunner = async (options: Parameters<Disk["runner"]>[0]) => disk.runner(options);
    const runs = { folder: join(data, "runs"), env: {}, lookEveryMs: 20, isolation, createRunner } as const;
    const server = await serverOn(disk, { runs });
    await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo, run_id: runId });
    await expect.poll(() => disk.runs.has(runId)).toBe(true);
    const at = (uri: string) => ({ ...dataset, uri });
    const artifacts = {
      model: [at(join(own, "model"))],
      key: [at(join(data, "signing.key"))],
      link: [at(join(own, "link"))],
      file: [at(`file://${join(data, "signing.key")}`)],
      up: [at(join(own, "..", "..", "..", "signing.key"))],
      other: [at(join(other, "model"))],
    };
    disk.end(runId, { state: "SUCCEEDED", tasks: [taskView("t", { outputs: { parameters: {}, artifacts } })] });
    const read = async (name: string) => {
      const answer = await fetch(`${server.url}/apis/v2beta1/runs/${runId}/nodes/t/artifacts/${name}:download`);
      return answer.status;
    };
    expect(await Promise.all(Object.keys(artifacts).map(read))).toEqual([200, 404, 404, 404, 404, 404]);
    const listed = (await ask(server, "GET", `runs/${runId}/artifacts`)).body.artifacts;
    expect((listed as ReadonlyArray<{ size?: string }>).map(({ size }) => size)).toEqual([
      "5",
      ...Array(5).fill(undefined),
    ]);
  });
});

describe("the log of a task", () => {
  const log = (server: RunningServer, runId: string, rest: string, init?: RequestInit) =>
    fetch(`${server.url}/apis/v1alpha1/runs/${runId}/nodes/${rest}`, init);

  it("is plain text, by the task's path or its id, of the attempt that is asked for", async () => {
    const { server, runId } = await ended();
    const answer = await log(server, runId, `${node}/log`);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await answer.text()).toBe("graph/train attempt last\n");
    const { body } = await ask(server, "GET", `runs/${runId}/tasks`);
    const [, train] = body.tasks as ReadonlyArray<{ readonly task_id: string }>;
    expect(await (await log(server, runId, `${train?.task_id}/log?attempt=1`)).text()).toBe("graph/train attempt 1\n");
  });

  it("is followed until the client has gone, or the server stops", async () => {
    const { server, runId } = await ended();
    const answer = await log(server, runId, `${node}/log?follow=true`);
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain("graph/train attempt last");
    await reader?.cancel();
    const second = await log(server, runId, `${node}/log?follow=true`);
    const rest = second.text().then(
      () => "whole",
      () => "cut off",
    );
    await server.close({ graceMs: 60_000 });
    expect(await rest).toBe("cut off");
  });

  it("is 404 where there is no such run, task or log", async () => {
    const { server, runId } = await ended();
    for (const [id, rest] of [
      ["nobody", `${node}/log`],
      [runId, "nothing/log"],
    ] as const) {
      const answer = await log(server, id, rest);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ error_message: expect.stringMatching(/not found/) });
    }
  });
});
