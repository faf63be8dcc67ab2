import { rawJson } from "@kfp-ts/api";
import { describe, expect, it } from "vitest";
import { call, echo, greet, packageFile, refusalOf, startServices } from "./harness.ts";

const inline = { displayName: "r", pipelineSpec: echo };

describe("a new run", () => {
  it("is PENDING from the second it was created in, whatever the request says", async () => {
    const { handlers, setTime } = await startServices();
    setTime(1_800_000_000);
    const now = new Date(1_800_000_000_000);
    const made = await call(handlers.runs.create, {
      body: {
        ...inline,
        state: "SUCCEEDED",
        createdAt: new Date(0),
        finishedAt: new Date(0),
        stateHistory: [{ state: "FAILED" }],
        runDetails: { taskDetails: [{ taskId: "t" }] },
      },
    });
    expect(made).toMatchObject({
      state: "PENDING",
      createdAt: now,
      scheduledAt: now,
      finishedAt: undefined,
      stateHistory: [{ updateTime: now, state: "PENDING" }],
      serviceAccount: "pipeline-runner",
      storageState: "AVAILABLE",
    });
    expect(made.runDetails).toBeUndefined();
  });

  it("loses the fraction of the second it is scheduled at", async () => {
    const { runs } = (await startServices()).handlers;
    const scheduledAt = new Date("2031-02-03T04:05:06.789Z");
    const made = await call(runs.create, { body: { ...inline, scheduledAt } });
    expect(made.scheduledAt).toEqual(new Date("2031-02-03T04:05:06Z"));
  });

  it("has the id that the client gives it, once", async () => {
    const { runs } = (await startServices()).handlers;
    const body = { ...inline, runId: "my-run_1.x" };
    expect(await call(runs.create, { body })).toMatchObject({ runId: "my-run_1.x" });
    expect(await refusalOf(call(runs.create, { body }))).toEqual({
      code: "ALREADY_EXISTS",
      message: "Failed to create a run. The run_id my-run_1.x already exists. Leave it out and the server makes one",
    });
  });

  it.each(["a/b", "a:archive", " a", "-a", "a-", "ü", "a".repeat(192)])("is refused with the id %j", async (runId) => {
    const { runs } = (await startServices()).handlers;
    expect(await refusalOf(call(runs.create, { body: { ...inline, runId } }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^run_id: letters, digits|^Run\.UUID length cannot exceed 191/),
    });
  });

  it("must have a name, of at most 255 characters", async () => {
    const { runs } = (await startServices()).handlers;
    const named = (displayName: string) => call(runs.create, { body: { ...inline, displayName } });
    expect((await refusalOf(named(""))).message).toBe("display_name is required: a run must have a name");
    await named("😀".repeat(255));
    expect((await refusalOf(named("n".repeat(256)))).message).toBe("display_name: at most 255 characters; it has 256");
  });

  it("may not bring what plugins made of it", async () => {
    const { runs } = (await startServices()).handlers;
    const create = (pluginsOutput: object) => call(runs.create, { body: { ...inline, pluginsOutput } as never });
    expect(await refusalOf(create({ mlflow: {} }))).toEqual({
      code: "ABORTED",
      message: "plugins_output is server-owned and populated exclusively via plugin lifecycle hooks",
    });
    await create({});
  });

  it("takes the latest version of its pipeline, and keeps to it", async () => {
    const { handlers, setTime } = await startServices();
    const { pipelines, pipelineVersions, runs } = handlers;
    const { pipelineId } = await call(pipelines.upload, { query: { name: "p" }, file: packageFile() });
    setTime(1_800_000_000);
    const query = { pipelineid: pipelineId, name: "v2" };
    const { pipelineVersionId } = await call(pipelineVersions.upload, { query, file: packageFile(greet) });
    const body = {
      displayName: "r",
      pipelineVersionReference: { pipelineId },
      runtimeConfig: { parameters: { text: "hi" } },
    };
    const reference = { pipelineVersionReference: { pipelineId, pipelineVersionId } };
    const { runId } = await call(runs.create, { body });
    setTime(1_800_000_001);
    await call(pipelineVersions.upload, { query: { ...query, name: "v3" }, file: packageFile() });
    expect(await call(runs.get, { params: { runId } })).toMatchObject(reference);
    expect(await refusalOf(call(runs.create, { body }))).toMatchObject({
      message: "parameter(s) provided are not required by pipeline: text",
    });
  });

  it("can be put into the archive at once, as with the real server", async () => {
    const { runs } = (await startServices()).handlers;
    expect(await call(runs.create, { body: { ...inline, storageState: "ARCHIVED" } })).toMatchObject({
      storageState: "ARCHIVED",
    });
  });

  it("shows an inline pipeline as it was sent, with its platform part only where that means something", async () => {
    const { runs } = (await startServices()).handlers;
    const platform = { platforms: { kubernetes: { deploymentSpec: { executors: {} } } } };
    const shown = async (pipelineSpec: object) => {
      const { pipelineSpec: spec } = await call(runs.create, {
        body: { displayName: "r", pipelineSpec: pipelineSpec as never },
      });
      return (spec as unknown as { parse(): unknown }).parse();
    };
    expect(await shown(echo)).toEqual(echo);
    expect(await shown({ pipeline_spec: echo, platform_spec: {} })).toEqual(echo);
    const both = { pipeline_spec: echo, platform_spec: platform };
    expect(await shown(both)).toEqual(both);
    expect(await shown({ pipelineSpec: echo, platformSpec: platform })).toEqual(both);
  });
});

describe("a run of a recurring run", () => {
  it("is made once under a name: asking again gives the same one", async () => {
    const { handlers, store } = await startServices();
    const { recurringRunId } = await call(handlers.recurringRuns.create, { body: { ...inline, maxConcurrency: 1 } });
    const body = { ...inline, recurringRunId };
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => call(handlers.runs.create, { body })));
    expect(others).toEqual([first, first]);
    expect(first?.runId).toMatch(/^[0-9a-f-]{14}5[0-9a-f-]{21}$/);
    const other = await call(handlers.runs.create, { body: { ...body, displayName: "s" } });
    expect(other.runId).not.toBe(first?.runId);
    expect(await store.counts()).toMatchObject({ runs: 2 });
  });

  it("is found again when a client had given it an id", async () => {
    const { handlers } = await startServices();
    const { recurringRunId } = await call(handlers.recurringRuns.create, { body: { ...inline, maxConcurrency: 1 } });
    const body = { ...inline, recurringRunId };
    await call(handlers.runs.create, { body: { ...body, runId: "mine" } });
    expect(await call(handlers.runs.create, { body })).toMatchObject({ runId: "mine" });
  });

  it("is refused where there is no such recurring run", async () => {
    const { runs } = (await startServices()).handlers;
    expect(await refusalOf(call(runs.create, { body: { ...inline, recurringRunId: "none" } }))).toEqual({
      code: "NOT_FOUND",
      message: "Job none not found",
    });
  });
});

describe("a launcher", () => {
  it("gets a run with its macros expanded and the specification it runs; the API shows what was asked for", async () => {
    const { handlers, store, changed } = await startServices();
    const parameters = { text: "[[RunUUID]] [[CurrentTime.2006]] [[ScheduledTime]]" };
    const body = { displayName: "r", pipelineSpec: greet, runtimeConfig: { parameters } };
    const { runId, runtimeConfig } = await call(handlers.runs.create, { body: body as never });
    expect(runtimeConfig?.parameters).toEqual(rawJson(JSON.stringify(parameters)));
    expect(changed).toEqual([runId]);
    const stored = await store.runs.get(runId);
    expect(stored?.place).toBe("here");
    expect(JSON.parse(stored?.launchedParameters ?? "")).toEqual({ text: `${runId} 2026 [[ScheduledTime]]` });
    expect(JSON.parse((await store.runs.launchedSpec(runId)) ?? "")).toMatchObject({ pipelineInfo: { name: "greet" } });
    const scheduledAt = new Date("2031-02-03T04:05:06Z");
    const scheduled = await call(handlers.runs.create, { body: { ...body, scheduledAt } as never });
    expect((await store.runs.get(scheduled.runId))?.launchedParameters).toContain(" 20310203040506");
  });

  it("has no run that a server has only recorded", async () => {
    const { handlers, store } = await startServices({ launcher: "none" });
    const { runId } = await call(handlers.runs.create, { body: inline });
    expect(await store.runs.get(runId)).toMatchObject({ place: "", launchedParameters: "", state: "PENDING" });
  });
});

describe("ending a run", () => {
  it("is asked of its launcher, once, and is not noted in its history", async () => {
    const { handlers, changed } = await startServices();
    const { runId } = await call(handlers.runs.create, { body: inline });
    await call(handlers.runs.terminate, { params: { runId } });
    expect(changed).toEqual([runId, runId]);
    const { state, stateHistory } = await call(handlers.runs.get, { params: { runId } });
    expect([state, stateHistory?.length]).toEqual(["CANCELING", 1]);
    expect(await refusalOf(call(handlers.runs.terminate, { params: { runId } }))).toEqual({
      code: "INVALID_ARGUMENT",
      message: `Failed to terminate a run ${runId}. Row not found`,
    });
  });

  it.each([
    ["RUNNING", "ABORTED", "Workflow must be Failed/Error to retry"],
    ["SUCCEEDED", "ABORTED", "Workflow must be Failed/Error to retry"],
    ["FAILED", "UNIMPLEMENTED", /nothing on this server takes runs up again/],
  ] as const)("and taking up again what was only recorded is refused when it is %s", async (state, code, message) => {
    const { handlers, store } = await startServices({ launcher: "none" });
    const { runId } = await call(handlers.runs.create, { body: inline });
    await store.runs.setState(runId, ["PENDING"], state, 1);
    const refusal = await refusalOf(call(handlers.runs.retry, { params: { runId } }));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  it.each([
    ["PENDING", /due to error fetching workflow manifest$/],
    ["CANCELING", /due to error fetching workflow manifest$/],
    ["RUNNING", /^Workflow must be Failed\/Error to retry$/],
    ["SUCCEEDED", /^Workflow must be Failed\/Error to retry$/],
  ] as const)("and taking it up again is refused when it is %s", async (state, message) => {
    const { handlers, store } = await startServices();
    const { runId } = await call(handlers.runs.create, { body: inline });
    await store.runs.setState(runId, ["PENDING"], state, 1);
    const refusal = await refusalOf(call(handlers.runs.retry, { params: { runId } }));
    expect(refusal.code).toBe("ABORTED");
    expect(refusal.message).toMatch(message);
  });

  it.each(["FAILED", "CANCELED"] as const)("and taking up again makes a run PENDING that was %s", async (state) => {
    const { handlers, store, changed } = await startServices();
    const { runId } = await call(handlers.runs.create, { body: inline });
    const error = JSON.stringify({ code: 2, message: "TASK_FAILED: no" });
    await store.runs.setState(runId, ["PENDING"], state, 1, { finishedAt: 9, error });
    expect(await call(handlers.runs.get, { params: { runId } })).toMatchObject({
      state,
      finishedAt: new Date(9000),
      error: { code: 2, message: "TASK_FAILED: no" },
    });
    changed.length = 0;
    await call(handlers.runs.retry, { params: { runId } });
    const run = await call(handlers.runs.get, { params: { runId } });
    expect([run.state, run.finishedAt, run.error]).toEqual(["PENDING", undefined, undefined]);
    expect(run.stateHistory?.map((one) => one.state)).toEqual(["PENDING", state, "PENDING"]);
    expect(changed).toEqual([runId]);
  });
});
