import { describe, expect, it } from "vitest";
import { call, echo, refusalOf, startServices } from "./harness.ts";

describe("an experiment", () => {
  it("must have a name of at most 128 bytes, as the real server counts them", async () => {
    const { experiments } = (await startServices()).handlers;
    expect(await refusalOf(call(experiments.create))).toEqual({
      code: "INVALID_ARGUMENT",
      message: "display_name is required: an experiment must have a name",
    });
    expect(await call(experiments.create, { body: { displayName: "ü".repeat(64) } })).toMatchObject({ namespace: "" });
    expect(await refusalOf(call(experiments.create, { body: { displayName: `${"ü".repeat(64)}x` } }))).toEqual({
      code: "INVALID_ARGUMENT",
      message: "Experiment.Name length cannot exceed 128 bytes of UTF-8; it has 129",
    });
  });

  it("has a name that differs from all others in more than its case", async () => {
    const { experiments } = (await startServices()).handlers;
    await call(experiments.create, { body: { displayName: "Größe" } });
    expect(await refusalOf(call(experiments.create, { body: { displayName: "GRÖßE" } }))).toEqual({
      code: "ALREADY_EXISTS",
      message: "Failed to create a new experiment. The name GRÖßE already exists. Please specify a new name",
    });
  });

  it("that is the default one is made once and cannot be deleted", async () => {
    const { handlers, defaultExperiment } = await startServices();
    const { experimentId } = await defaultExperiment();
    expect((await defaultExperiment()).experimentId).toBe(experimentId);
    expect(await refusalOf(call(handlers.experiments.delete, { params: { experimentId } }))).toEqual({
      code: "ABORTED",
      message: `Failed to delete experiment ${experimentId}. The default experiment cannot be deleted`,
    });
  });

  it("knows when its newest run was created", async () => {
    const { handlers, setTime } = await startServices();
    const { experimentId } = await call(handlers.experiments.create, { body: { displayName: "e" } });
    expect((await call(handlers.experiments.get, { params: { experimentId } })).lastRunCreatedAt).toBeUndefined();
    setTime(1_800_000_000);
    await call(handlers.runs.create, { body: { displayName: "r", experimentId, pipelineSpec: echo } });
    const { lastRunCreatedAt } = await call(handlers.experiments.get, { params: { experimentId } });
    expect(lastRunCreatedAt).toEqual(new Date(1_800_000_000_000));
  });

  it("archives its runs and disables its recurring runs, and unarchiving brings neither back", async () => {
    const { experiments, runs, recurringRuns } = (await startServices()).handlers;
    const { experimentId } = await call(experiments.create, { body: { displayName: "e" } });
    const given = { displayName: "x", experimentId, pipelineSpec: echo };
    const { runId } = await call(runs.create, { body: given });
    const body = { ...given, maxConcurrency: 1, mode: "ENABLE" } as const;
    const { recurringRunId } = await call(recurringRuns.create, { body });
    await call(experiments.archive, { params: { experimentId } });
    const state = async () => [
      (await call(runs.get, { params: { runId } })).storageState,
      (await call(recurringRuns.get, { params: { recurringRunId } })).status,
    ];
    expect(await state()).toEqual(["ARCHIVED", "DISABLED"]);
    expect(await refusalOf(call(runs.unarchive, { params: { runId } }))).toEqual({
      code: "FAILED_PRECONDITION",
      message: `Failed to unarchive run ${runId} as experiment ${experimentId} must be un-archived first`,
    });
    await call(experiments.unarchive, { params: { experimentId } });
    expect(await state()).toEqual(["ARCHIVED", "DISABLED"]);
    await call(runs.unarchive, { params: { runId } });
    expect((await state())[0]).toBe("AVAILABLE");
  });

  it("leaves its runs behind when it is deleted, as the real server does", async () => {
    const { experiments, runs } = (await startServices()).handlers;
    const { experimentId } = await call(experiments.create, { body: { displayName: "e" } });
    const { runId } = await call(runs.create, { body: { displayName: "r", experimentId, pipelineSpec: echo } });
    await call(experiments.delete, { params: { experimentId } });
    expect(await call(runs.get, { params: { runId } })).toMatchObject({ experimentId });
    const gone = { code: "NOT_FOUND", message: `Experiment ${experimentId} not found` };
    expect(await refusalOf(call(runs.delete, { params: { runId } }))).toEqual(gone);
    expect(await refusalOf(call(runs.list, { query: { experimentId } }))).toEqual(gone);
  });
});
