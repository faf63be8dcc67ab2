import { describe, expect, it } from "vitest";
import { call, echo, greet, packageFile, refusalOf, startServices } from "./harness.ts";

const inline = { displayName: "j", pipelineSpec: echo, maxConcurrency: 1 };

describe("the trigger of a recurring run", () => {
  it("may be absent or empty, and is then shown as empty", async () => {
    const { recurringRuns } = (await startServices()).handlers;
    for (const trigger of [undefined, {}]) {
      const { recurringRunId } = await call(recurringRuns.create, { body: { ...inline, trigger } });
      expect((await call(recurringRuns.get, { params: { recurringRunId } })).trigger).toEqual({});
    }
  });

  it("by period keeps its times to the second", async () => {
    const { recurringRuns } = (await startServices()).handlers;
    const periodicSchedule = {
      intervalSecond: 60,
      startTime: new Date("2030-01-01T00:00:00.9Z"),
      endTime: new Date("2031-01-01T00:00:00Z"),
    };
    const { trigger } = await call(recurringRuns.create, { body: { ...inline, trigger: { periodicSchedule } } });
    expect(trigger).toEqual({ periodicSchedule: { ...periodicSchedule, startTime: new Date("2030-01-01T00:00:00Z") } });
  });

  it.each([
    [{ periodicSchedule: {} }, "Found invalid period schedule interval 0. Set at interval to least 1 second"],
    [
      { periodicSchedule: { intervalSecond: -5 } },
      "Found invalid period schedule interval -5. Set at interval to least 1 second",
    ],
    [
      { cronSchedule: {} },
      "Schedule cron is not a supported format(https://godoc.org/github.com/robfig/cron). Error: Empty spec string",
    ],
  ])("is refused as %j", async (trigger, message) => {
    const { recurringRuns } = (await startServices()).handlers;
    expect(await refusalOf(call(recurringRuns.create, { body: { ...inline, trigger } }))).toEqual({
      code: "INVALID_ARGUMENT",
      message,
    });
  });
});

describe("a recurring run", () => {
  it("is disabled unless it is asked to be enabled", async () => {
    const { recurringRuns } = (await startServices()).handlers;
    for (const [mode, status] of [
      [undefined, "DISABLED"],
      ["DISABLE", "DISABLED"],
      ["ENABLE", "ENABLED"],
    ] as const) {
      expect(await call(recurringRuns.create, { body: { ...inline, mode } })).toMatchObject({ status });
    }
  });

  it("notes when it was enabled and disabled", async () => {
    const { handlers, setTime } = await startServices();
    const { recurringRunId } = await call(handlers.recurringRuns.create, { body: inline });
    setTime(1_800_000_000);
    await call(handlers.recurringRuns.enable, { params: { recurringRunId } });
    expect(await call(handlers.recurringRuns.get, { params: { recurringRunId } })).toMatchObject({
      mode: "ENABLE",
      updatedAt: new Date(1_800_000_000_000),
    });
  });

  it("that names a pipeline alone goes on naming it alone, and runs as the account it is given", async () => {
    const { recurringRuns, pipelines } = (await startServices()).handlers;
    const { pipelineId } = await call(pipelines.upload, { query: { name: "p" }, file: packageFile(greet) });
    const body = { displayName: "j", maxConcurrency: 1, pipelineVersionReference: { pipelineId } };
    expect(await refusalOf(call(recurringRuns.create, { body }))).toMatchObject({
      message: "parameter text is not optional, yet has neither default value nor user provided value",
    });
    const made = await call(recurringRuns.create, {
      body: { ...body, runtimeConfig: { parameters: { text: "[[Index]]" } }, serviceAccount: "sa" },
    });
    expect(made).toMatchObject({
      pipelineVersionReference: { pipelineId, pipelineVersionId: "" },
      serviceAccount: "sa",
    });
  });

  it("that names a version alone also shows its pipeline", async () => {
    const { recurringRuns, pipelines, pipelineVersions } = (await startServices()).handlers;
    const { pipelineId } = await call(pipelines.upload, { query: { name: "p" }, file: packageFile() });
    const [version] = (await call(pipelineVersions.list, { params: { pipelineId } })).pipelineVersions;
    const { pipelineVersionId } = version ?? {};
    const body = { displayName: "j", maxConcurrency: 1, pipelineVersionReference: { pipelineVersionId } };
    expect(await call(recurringRuns.create, { body })).toMatchObject({
      pipelineVersionReference: { pipelineId, pipelineVersionId },
      serviceAccount: "pipeline-runner",
    });
  });

  it("of a pipeline without versions is refused as the real server does", async () => {
    const { recurringRuns, pipelines } = (await startServices()).handlers;
    const { pipelineId } = await call(pipelines.create, { body: { name: "p" } });
    const body = { displayName: "j", maxConcurrency: 1, pipelineVersionReference: { pipelineId } };
    expect(await refusalOf(call(recurringRuns.create, { body }))).toEqual({
      code: "NOT_FOUND",
      message: `PipelineVersion ${pipelineId} not found`,
    });
  });

  it("may name the namespace that it will be shown in, where it names no experiment", async () => {
    const { recurringRuns } = (await startServices()).handlers;
    const inNamespace = (namespace: string) => call(recurringRuns.create, { body: { ...inline, namespace } });
    expect(await inNamespace("kubeflow")).toMatchObject({ namespace: "kubeflow" });
    expect((await refusalOf(inNamespace("other"))).message).toMatch(/belongs to namespace '' instead of 'other'$/);
  });
});
