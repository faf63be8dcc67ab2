import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bubblewrap } from "@kfp-ts/runner";
import { describe, expect, it } from "vitest";
import type { RunningServer, ServerOptions } from "../../src/index.ts";
import { Disk } from "./scripted-runner.ts";
import { ask, dataFolder, serverOn } from "./servers.ts";

const isolated = await bubblewrap().unavailable();
const hasShell = spawnSync("sh", ["-c", ":"]).status === 0;

/** A pipeline of one program of this machine, with an artifact that it may write. */
function pipeline(script: string) {
  const artifactType = { schemaTitle: "system.Artifact", schemaVersion: "0.0.1" };
  return {
    pipelineInfo: { name: "program" },
    components: {
      "comp-program": {
        executorLabel: "exec-program",
        outputDefinitions: { artifacts: { made: { artifactType } } },
      },
    },
    deploymentSpec: {
      executors: {
        "exec-program": {
          container: {
            image: "any",
            command: ["sh", "-ec", script, "sh"],
            args: ["{{$.outputs.artifacts['made'].path}}"],
          },
        },
      },
    },
    root: {
      dag: {
        tasks: { program: { componentRef: { name: "comp-program" }, taskInfo: { name: "program" } } },
      },
    },
    schemaVersion: "2.1.0",
  };
}

async function start(folder: string, more: Partial<NonNullable<ServerOptions["runs"]>> = {}): Promise<RunningServer> {
  const runs = { folder: join(folder, "runs"), env: { PATH: process.env.PATH }, hostCommands: true, ...more };
  return serverOn(new Disk(), { data: folder, runs });
}

async function create(server: RunningServer, script: string, runId: string): Promise<void> {
  const { status, body } = await ask(server, "POST", "runs", {
    display_name: runId,
    run_id: runId,
    pipeline_spec: pipeline(script),
  });
  expect(status, JSON.stringify(body)).toBe(200);
}

async function ended(
  server: RunningServer,
  runId: string,
): Promise<{ readonly state: string; readonly error: string }> {
  let run: Record<string, unknown> = {};
  const isOver = async () => {
    run = (await ask(server, "GET", `runs/${runId}`)).body;
    return run.finished_at !== undefined && run.finished_at !== "1970-01-01T00:00:00Z";
  };
  await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
  return { state: String(run.state), error: JSON.stringify(run.error ?? "") };
}

async function logOf(server: RunningServer, runId: string): Promise<string> {
  return (await fetch(`${server.url}/apis/v1alpha1/runs/${runId}/nodes/program/log`)).text();
}

describe.skipIf(!hasShell)("a server that executes runs", { timeout: 30_000 }, () => {
  it("shows the log, the artifact and the details of a program that it has run", async () => {
    const server = await start(await dataFolder());
    await create(server, 'echo said; echo content > "$1"', "good");
    expect(await ended(server, "good")).toEqual({ state: "SUCCEEDED", error: '""' });
    expect(await logOf(server, "good")).toBe("said\n");
    const { body } = await ask(server, "GET", "runs/good/artifacts");
    const [made] = body.artifacts as ReadonlyArray<Record<string, string>>;
    expect(made).toMatchObject({ name: "made", type: "system.Artifact", size: "8" });
    expect(await (await fetch(`${server.url}${made?.download_path}`)).text()).toBe("content\n");
    const run = (await ask(server, "GET", "runs/good")).body;
    expect(run.run_details).toMatchObject({ task_details: [{ display_name: "program", state: "SUCCEEDED" }] });
  });

  it("says why a run failed, and goes on with it when that is mended", async () => {
    const folder = await dataFolder();
    const server = await start(folder);
    await create(server, `test -e ${folder}/mended`, "bad");
    const { state, error } = await ended(server, "bad");
    expect(state).toBe("FAILED");
    expect(error).toMatch(/program.*exit code 1/);
    await writeFile(join(folder, "mended"), "");
    await ask(server, "POST", "runs/bad:retry");
    await expect
      .poll(async () => (await ask(server, "GET", "runs/bad")).body.state, { timeout: 20_000 })
      .toBe("SUCCEEDED");
    const { body } = await ask(server, "GET", "runs/bad/tasks");
    expect(body.tasks).toMatchObject([{ path: "program", state: "SUCCEEDED", attempts: 2 }]);
  });

  it("ends a program that it is asked to end, and follows its log until then", async () => {
    const server = await start(await dataFolder());
    await create(server, "echo begun; sleep 600", "long");
    await expect.poll(() => logOf(server, "long"), { timeout: 20_000 }).toBe("begun\n");
    const followed = fetch(`${server.url}/apis/v1alpha1/runs/long/nodes/program/log?follow=true`);
    const text = followed.then((answer) => answer.text());
    await ask(server, "POST", "runs/long:terminate");
    expect((await ended(server, "long")).state).toBe("CANCELED");
    expect(await text).toBe("begun\n");
  });

  it("goes on after a restart with what was under way", async () => {
    const folder = await dataFolder();
    const first = await start(folder);
    await create(first, `echo begun; while ! test -e ${folder}/go; do sleep 0.05; done`, "kept");
    await expect.poll(() => logOf(first, "kept"), { timeout: 20_000 }).toBe("begun\n");
    await first.close({ graceMs: 100 });
    await writeFile(join(folder, "go"), "");
    const second = await start(folder);
    expect((await ended(second, "kept")).state).toBe("SUCCEEDED");
  });

  it("removes what a deleted run has left", async () => {
    const folder = await dataFolder();
    const server = await start(folder);
    await create(server, "sleep 600", "gone");
    const there = () => spawnSync("test", ["-e", join(folder, "runs", "runs", "gone")]).status === 0;
    await expect.poll(there, { timeout: 20_000 }).toBe(true);
    await ask(server, "DELETE", "runs/gone");
    await expect.poll(there, { timeout: 20_000 }).toBe(false);
  });

  it("refuses a program of a container before the first task, where programs of this machine are not allowed", async () => {
    const server = await start(await dataFolder(), { hostCommands: false });
    await create(server, "true", "refused");
    const { state, error } = await ended(server, "refused");
    expect(state).toBe("FAILED");
    expect(error).toMatch(/CANNOT_RUN_HERE.*image any/);
  });

  it.skipIf(isolated === undefined)("executes nothing where it is to isolate and cannot", async () => {
    const server = await start(await dataFolder(), { isolation: "bubblewrap" });
    await create(server, "true", "none");
    const { state, error } = await ended(server, "none");
    expect([state, error]).toEqual(["FAILED", expect.stringContaining("ISOLATION_UNAVAILABLE")]);
  });
});

describe.skipIf(isolated !== undefined)(
  `a task that is kept apart${isolated === undefined ? "" : ` (not shown: ${isolated})`}`,
  { timeout: 30_000 },
  () => {
    async function spied(
      target: (folder: string) => string,
    ): Promise<{ readonly state: string; readonly seen: string }> {
      const folder = await dataFolder();
      await mkdir(join(folder, "kubeflow"));
      await writeFile(join(folder, "kubeflow", "signing.key"), "the secret of the server");
      const server = await start(folder, { isolation: "bubblewrap" });
      await create(server, 'echo "what is mine" > "$1"', "victim");
      expect((await ended(server, "victim")).state).toBe("SUCCEEDED");
      const path = target(folder);
      await create(server, `ls -d ${path} || echo unseen; ln -s ${path} "$1"; cat ${path}`, "spy");
      const { state } = await ended(server, "spy");
      const log = await logOf(server, "spy");
      const read = await fetch(`${server.url}/apis/v2beta1/runs/spy/nodes/program/artifacts/made:download`);
      return { state, seen: log + (await read.text()) };
    }

    it.each([
      ["the key with which the server signs", (folder: string) => `${folder}/kubeflow/signing.key`, "the secret"],
      [
        "a file that a run of somebody else has made",
        (folder: string) => `${folder}/runs/runs/victim/tasks/program/1/artifacts/made`,
        "what is mine",
      ],
      ["the database", (folder: string) => `${folder}/kfp-ts.db`, "SQLite format"],
    ])("cannot read %s", async (_, target, secret) => {
      const { state, seen } = await spied(target);
      expect(state).toBe("FAILED");
      expect(seen).toContain("unseen");
      expect(seen).not.toContain(secret);
    });

    it("cannot hand out by a link what it cannot read itself", async () => {
      const folder = await dataFolder();
      await writeFile(join(folder, "signing.key"), "the secret of the server");
      const server = await start(folder, { isolation: "bubblewrap" });
      await create(server, `ln -s ${folder}/signing.key "$1"`, "link");
      await ended(server, "link");
      const read = await fetch(`${server.url}/apis/v2beta1/runs/link/nodes/program/artifacts/made:download`);
      expect(read.status).toBe(404);
      expect(await read.text()).not.toContain("the secret");
    });
  },
);
