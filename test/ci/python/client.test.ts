import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@kfp-ts/sdk";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastJson, run } from "../support/run.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let server: RunningServer;
let client: Client;
let home: string;

beforeAll(async () => {
  server = await startServer({ version: "test", port: 0, database: { kind: "memory" } });
  client = new Client({ host: server.url });
  home = mkdtempSync(join(tmpdir(), "kfp-ts-python-"));
});
afterAll(async () => {
  await client.close();
  await server.close();
  rmSync(home, { recursive: true });
});

const environment = () => ({ ...process.env, HOME: home, KF_PIPELINES_ENDPOINT: undefined });

describe("Python's kfp", () => {
  it("drives the server through every method of kfp.Client, and the SDK reads what it made", async () => {
    const ids = lastJson(await run(python, [script("every_method.py"), server.url], { env: environment() })) as Record<
      string,
      string
    >;
    // The script itself fails where a public method of kfp.Client was not called.
    expect(Number(ids.methods)).toBeGreaterThan(30);
    const id = (name: string) => ids[name] as string;

    expect(await client.experiments.get(id("experiment"))).toMatchObject({
      displayName: "from Python",
      description: "made by kfp.Client",
    });
    expect(await client.pipelines.get(id("pipeline"))).toMatchObject({ name: "add from Python" });
    expect(await client.pipelineVersions.get(id("pipeline"), id("version"))).toMatchObject({
      name: "v2",
      description: "the second",
      pipelineSpec: { pipelineInfo: { name: "add-pipeline" } },
    });
    expect(await client.runs.get(id("run"))).toMatchObject({
      displayName: "run by reference",
      state: "PENDING",
      serviceAccount: "somebody",
      runtimeConfig: { parameters: { a: 2.5 } },
      pipelineVersionReference: { pipelineId: id("pipeline"), pipelineVersionId: id("version") },
    });
    expect((await client.runs.get(id("run"))).finishedAt).toBeUndefined();
    expect(await client.runs.get(id("inlineRun"))).toMatchObject({
      pipelineSpec: { pipelineInfo: { name: "add-pipeline" } },
    });
    expect(await client.recurringRuns.get(id("cron"))).toMatchObject({
      trigger: { cronSchedule: { cron: "0 0 3 * * *" } },
      status: "DISABLED",
      noCatchup: true,
    });
    expect(await client.recurringRuns.get(id("periodic"))).toMatchObject({ maxConcurrency: 3, status: "ENABLED" });
  });

  it("reads what the SDK made", async () => {
    const spec = {
      pipelineInfo: { name: "hello" },
      schemaVersion: "2.1.0",
      sdkVersion: "kfp-2.17.0",
      root: {
        dag: { tasks: { say: { taskInfo: { name: "say" }, componentRef: { name: "comp-say" } } } },
        inputDefinitions: { parameters: { count: { parameterType: "NUMBER_INTEGER" } } },
      },
      components: { "comp-say": { executorLabel: "exec-say" } },
      deploymentSpec: { executors: { "exec-say": { container: { image: "alpine", command: ["echo", "hello"] } } } },
    };
    const experiment = await client.experiments.create({ displayName: "from TypeScript ✓", description: "ünï" });
    const pipeline = await client.pipelines.upload({
      text: JSON.stringify(spec),
      fileName: "hello.json",
      name: "hello",
    });
    const page = await client.pipelineVersions.list(pipeline.pipelineId);
    const version = page.items[0];
    if (version === undefined) throw new Error("the uploaded pipeline has no version");
    const source = { pipelineVersionReference: { pipelineId: pipeline.pipelineId } };
    const runtimeConfig = { parameters: { count: 3 } };
    const { experimentId } = experiment;
    const made = await client.runs.create({ displayName: "a run", experimentId, ...source, runtimeConfig });
    const recurringRun = await client.recurringRuns.create({
      displayName: "every hour",
      experimentId,
      ...source,
      runtimeConfig,
      maxConcurrency: 1,
      mode: "ENABLE",
      trigger: { periodicSchedule: { intervalSecond: 3600 } },
    });

    const ids = {
      experiment: experimentId,
      pipeline: pipeline.pipelineId,
      version: version.pipelineVersionId,
      run: made.runId,
      recurringRun: recurringRun.recurringRunId,
    };
    const ended = await run(python, [script("read_back.py"), server.url], {
      env: environment(),
      stdin: JSON.stringify(ids),
    });
    expect(lastJson(ended)).toEqual({
      experiment: ["from TypeScript ✓", "ünï", experiment.createdAt.toISOString().replace(".000Z", "+00:00")],
      pipeline: "hello",
      version: ["hello", "hello"],
      run: ["a run", "PENDING", { count: 3 }, experimentId],
      recurringRun: ["every hour", "ENABLED", "3600"],
    });
  });
});
