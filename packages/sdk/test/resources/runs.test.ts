import type { JsonObject } from "@kfp-ts/api";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { Client, type Pipeline } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { json, localServer } from "../helpers/local-server.ts";
import { compiledPipeline, compiledText } from "../helpers/packages.ts";
import { usePipelinesServer } from "../helpers/pipelines-server.ts";

const server = usePipelinesServer();
let pipeline: Pipeline;
let firstVersion = "";
let secondVersion = "";

beforeAll(async () => {
  pipeline = await server.client.pipelines.upload({
    text: compiledText("train"),
    name: "Train",
    displayName: "Training",
  });
  const versions = server.client.pipelineVersions;
  firstVersion = (await versions.list(pipeline.pipelineId)).items[0]?.pipelineVersionId ?? "";
  secondVersion = (await versions.upload({ text: compiledText("train"), pipelineId: pipeline.pipelineId, name: "v2" }))
    .pipelineVersionId;
});

const withTime = (name: string) =>
  expect.stringMatching(new RegExp(`^${name} \\d{4}-\\d\\d-\\d\\d \\d\\d-\\d\\d-\\d\\d$`));

/** The caching of the outer task, of the condition and of what is in it. */
function cachingOf(spec: JsonObject | undefined) {
  const { root, components } = spec as unknown as ReturnType<typeof compiledPipeline>;
  const { outer, condition } = root.dag.tasks;
  const inner = components["comp-condition"].dag.tasks.inner;
  return [outer, condition, inner].map((task) => task.cachingOptions.enableCache ?? false);
}

describe("runs", () => {
  test("a run of a package has its pipeline, its parameters and a name with the time, and belongs to Default", async () => {
    const run = await server.client.runs.createFromPackage({ text: compiledText("train"), parameters: { epochs: 3 } });
    expect(run).toMatchObject({
      state: "PENDING",
      displayName: withTime("train"),
      runtimeConfig: { parameters: { epochs: 3 } },
    });
    expect(run.pipelineSpec).toEqual(compiledPipeline("train"));
    expect((await server.client.experiments.get(run.experimentId)).displayName).toBe("Default");
    expect(await server.client.runs.get(run.runId)).toEqual(run);
  });

  test("an experiment is taken by id, or by name and made if there is none; both is refused", async () => {
    const { runs, experiments } = server.client;
    const byName = await runs.createFromPackage({
      text: compiledText(),
      experimentName: "made for a run",
      displayName: "r",
    });
    const experiment = await experiments.getByName("made for a run");
    expect(byName).toMatchObject({ experimentId: experiment.experimentId, displayName: "r" });
    const byId = await runs.createFromPackage({ text: compiledText(), experimentId: experiment.experimentId });
    expect(byId.experimentId).toBe(experiment.experimentId);
    const both = { text: compiledText(), experimentId: "1", experimentName: "2" } as never;
    expect((await failureOf(runs.createFromPackage(both))).code).toBe("BAD_ARGUMENT");
  });

  describe("the environment", () => {
    afterEach(() => {
      delete process.env.KF_PIPELINES_DEFAULT_EXPERIMENT_NAME;
      delete process.env.KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME;
    });

    test("says the experiment where nothing else does, and overrides a name, but not an id", async () => {
      const { runs, experiments } = server.client;
      const nameOf = async (choice: object) =>
        (await experiments.get((await runs.createFromPackage({ text: compiledText(), ...choice })).experimentId))
          .displayName;
      process.env.KF_PIPELINES_DEFAULT_EXPERIMENT_NAME = "by default";
      expect(await nameOf({})).toBe("by default");
      expect(await nameOf({ experimentName: "said" })).toBe("said");
      process.env.KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME = "overridden";
      expect(await nameOf({ experimentName: "said" })).toBe("overridden");
      const { experimentId } = await experiments.getByName("said");
      expect(await nameOf({ experimentId })).toBe("said");
    });
  });

  test("caching is overridden in nested graphs too", async () => {
    const run = await server.client.runs.createFromPackage({ text: compiledText(), enableCaching: false });
    expect(cachingOf(run.pipelineSpec)).toEqual([false, false, false]);
    const untouched = await server.client.runs.createFromPackage({ text: compiledText() });
    expect(cachingOf(untouched.pipelineSpec)).toEqual([true, true, true]);
  });

  test("a run of a pipeline takes it by id or by name, and its version by id, by name, or the latest", async () => {
    const { runs } = server.client;
    const { pipelineId } = pipeline;
    const versionOf = async (choice: object) =>
      (await runs.createFromPipeline(choice as never)).pipelineVersionReference;
    expect(await versionOf({ pipelineId })).toEqual({ pipelineId, pipelineVersionId: secondVersion });
    expect(await versionOf({ pipelineName: "train" })).toEqual({ pipelineId, pipelineVersionId: secondVersion });
    expect(await versionOf({ pipelineId, versionId: firstVersion })).toEqual({
      pipelineId,
      pipelineVersionId: firstVersion,
    });
    expect(await versionOf({ pipelineName: "Train", versionName: "v2" })).toEqual({
      pipelineId,
      pipelineVersionId: secondVersion,
    });
    expect(await versionOf({ versionId: firstVersion })).toEqual({ pipelineId, pipelineVersionId: firstVersion });
  });

  test("the name by default is that of the pipeline with the time", async () => {
    const { runs } = server.client;
    expect((await runs.createFromPipeline({ pipelineId: pipeline.pipelineId })).displayName).toEqual(
      withTime("Training"),
    );
    expect((await runs.createFromPipeline({ pipelineName: "Train" })).displayName).toEqual(withTime("Train"));
  });

  test("caching of a version on the server is overridden by sending its specification along", async () => {
    const run = await server.client.runs.createFromPipeline({ pipelineName: "Train", enableCaching: false });
    expect(cachingOf(run.pipelineSpec)).toEqual([false, false, false]);
    const { pipelineId } = pipeline;
    const keyed = await server.client.runs.createFromPipeline({ pipelineId, versionId: firstVersion, cacheKey: "k" });
    expect(cachingOf(keyed.pipelineSpec)).toEqual([true, true, true]);
    const alone = server.client.runs.createFromPipeline({ versionId: firstVersion, enableCaching: false });
    expect((await failureOf(alone)).code).toBe("BAD_ARGUMENT");
  });

  test("a pipeline or a version that is not there creates no run and no experiment", async () => {
    const { runs, experiments } = server.client;
    const choices = [{ pipelineName: "no such" }, { pipelineName: "Train", versionName: "no such" }];
    for (const choice of choices) {
      const error = await failureOf(runs.createFromPipeline({ ...choice, experimentName: "never made" }));
      expect(error.code).toBe("NOT_FOUND");
    }
    expect((await failureOf(runs.createFromPackage({ text: "no", experimentName: "never made" }))).code).toBe(
      "BAD_PACKAGE",
    );
    expect((await failureOf(experiments.getByName("never made"))).code).toBe("NOT_FOUND");
  });

  test("choices that exclude each other, or choose nothing, are refused", async () => {
    const { runs } = server.client;
    for (const choice of [
      {},
      { pipelineId: "" },
      { pipelineId: "1", pipelineName: "2" },
      { pipelineId: "1", versionId: "1", versionName: "2" },
      { pipelineId: "1", versionName: "" },
    ]) {
      expect((await failureOf(runs.createFromPipeline(choice as never))).code).toBe("BAD_ARGUMENT");
    }
  });

  test("create passes on what the API takes", async () => {
    const run = await server.client.runs.create({ displayName: "raw", pipelineSpec: compiledPipeline() as never });
    expect(run).toMatchObject({ displayName: "raw", state: "PENDING" });
  });

  test("archive, unarchive, terminate, delete do what they say; retry of a run that has not failed is refused", async () => {
    const { runs } = server.client;
    const { runId } = await runs.createFromPackage({ text: compiledText() });
    await runs.archive(runId);
    expect((await runs.get(runId)).storageState).toBe("ARCHIVED");
    await runs.unarchive(runId);
    expect((await failureOf(runs.retry(runId))).code).toMatch(/CONFLICT|INVALID_REQUEST/);
    await runs.terminate(runId);
    expect((await runs.get(runId)).state).toBe("CANCELING");
    await runs.delete(runId);
    expect((await failureOf(runs.get(runId))).code).toBe("NOT_FOUND");
  });

  test("lists are of an experiment, or of everything", async () => {
    const { runs, experiments } = server.client;
    const { experimentId } = await experiments.create({ displayName: "two runs" });
    for (const displayName of ["one", "two"])
      await runs.createFromPackage({ text: compiledText(), experimentId, displayName });
    const page = await runs.list({ experimentId, sortBy: "displayName desc" });
    expect(page.items.map(({ displayName }) => displayName)).toEqual(["two", "one"]);
    expect((await runs.list()).totalSize).toBeGreaterThan(2);
  });
});

describe("recurring runs", () => {
  test("run a package by a cron expression, from the beginning, one at a time, and make up for missed times", async () => {
    const startTime = new Date("2030-01-01T00:00:00Z");
    const made = await server.client.recurringRuns.createFromPackage({
      text: compiledText(),
      schedule: { cron: "0 30 2 * * *", startTime },
      parameters: { epochs: 2 },
      enableCaching: false,
    });
    expect(made).toMatchObject({
      displayName: withTime("nightly"),
      status: "ENABLED",
      maxConcurrency: 1,
      trigger: { cronSchedule: { cron: "0 30 2 * * *", startTime } },
      runtimeConfig: { parameters: { epochs: 2 } },
    });
    expect(made.noCatchup ?? false).toBe(false);
    expect(cachingOf(made.pipelineSpec)).toEqual([false, false, false]);
    expect(await server.client.recurringRuns.get(made.recurringRunId)).toEqual(made);
  });

  test("run a pipeline at equal distances; without a version each run takes the latest", async () => {
    const { recurringRuns } = server.client;
    const made = await recurringRuns.createFromPipeline({
      pipelineName: "Train",
      schedule: { intervalSeconds: 3600 },
      displayName: "hourly",
      enabled: false,
      catchUp: false,
      maxConcurrency: 5,
    });
    expect(made).toMatchObject({
      status: "DISABLED",
      noCatchup: true,
      maxConcurrency: 5,
      trigger: { periodicSchedule: { intervalSecond: 3600 } },
    });
    expect(made.pipelineVersionReference).toEqual({ pipelineId: pipeline.pipelineId });
    await recurringRuns.enable(made.recurringRunId);
    expect((await recurringRuns.get(made.recurringRunId)).status).toBe("ENABLED");
    await recurringRuns.disable(made.recurringRunId);
    expect((await recurringRuns.get(made.recurringRunId)).status).toBe("DISABLED");
    const listed: string[] = [];
    for await (const { recurringRunId } of recurringRuns.list({ experimentId: made.experimentId }))
      listed.push(recurringRunId);
    expect(listed).toContain(made.recurringRunId);
    await recurringRuns.delete(made.recurringRunId, { propagationPolicy: "BACKGROUND" });
    expect((await failureOf(recurringRuns.get(made.recurringRunId))).code).toBe("NOT_FOUND");
  });

  test.each([
    {},
    { schedule: {} },
    { schedule: { cron: "" } },
    { schedule: { cron: "@daily", intervalSeconds: 60 } },
    { schedule: { intervalSeconds: 0 } },
    { schedule: { intervalSeconds: 1.5 } },
    { schedule: { intervalSeconds: "60" } },
    { schedule: { cron: "@daily", startTime: "2030-01-01" } },
    { schedule: { cron: "@daily" }, maxConcurrency: 0 },
    { schedule: { cron: "@daily" }, maxConcurrency: 11 },
  ])("%j is refused before anything is sent", async (given) => {
    const { recurringRuns } = server.client;
    const call = recurringRuns.createFromPackage({ path: "/no/such/file", ...given } as never);
    expect((await failureOf(call)).code).toBe("BAD_ARGUMENT");
  });

  test("caching cannot be overridden for runs that take the latest version each time", async () => {
    const { recurringRuns } = server.client;
    const floating = { pipelineName: "Train", schedule: { cron: "@daily" }, enableCaching: false };
    expect((await failureOf(recurringRuns.createFromPipeline(floating))).code).toBe("BAD_ARGUMENT");
    const pinned = await recurringRuns.createFromPipeline({ ...floating, versionName: "v2" });
    expect(cachingOf(pinned.pipelineSpec)).toEqual([false, false, false]);
  });
});

describe("the namespace of the client", () => {
  test("is sent with every list, lookup, creation and upload that says none, and not where an experiment says it", async () => {
    const got = await localServer(({ url }, response) =>
      json(
        response,
        200,
        url.includes("filter=")
          ? { experiments: [{ experiment_id: "e", display_name: "Default" }] }
          : { pipeline_id: "p" },
      ),
    );
    const kfp = new Client({ host: got.origin, namespace: "team-a" });
    await kfp.experiments.list().catch(() => undefined);
    await kfp.pipelines.list().catch(() => undefined);
    await kfp.runs.list().catch(() => undefined);
    await kfp.recurringRuns.list().catch(() => undefined);
    await kfp.pipelines.getByName("x").catch(() => undefined);
    await kfp.experiments.getByName("Default");
    await kfp.pipelines.upload({ text: "x", name: "x" });
    expect(got.received.map(({ url }) => new URL(url, "http://x").searchParams.get("namespace"))).toEqual(
      Array(7).fill("team-a"),
    );
    await kfp.experiments.create({ displayName: "x" }).catch(() => undefined);
    await kfp.pipelines.create({ displayName: "x", name: "x" });
    const bodies = got.received.slice(7).map(({ body }) => (JSON.parse(body) as { namespace?: string }).namespace);
    expect(bodies).toEqual(["team-a", "team-a"]);
    await kfp.runs.list({ experimentId: "e" }).catch(() => undefined);
    await kfp.pipelines.list({ namespace: "" }).catch(() => undefined);
    expect(got.received.slice(9).map(({ url }) => url.split("?")[1])).toEqual(["experiment_id=e", undefined]);
  });

  test("a pipeline of another namespace that a server gives by name all the same is not taken", async () => {
    const got = await localServer((_request, response) =>
      json(response, 200, { pipeline_id: "p", name: "x", namespace: "team-b" }),
    );
    const kfp = new Client({ host: got.origin });
    expect((await failureOf(kfp.pipelines.getByName("x"))).code).toBe("NOT_FOUND");
    expect((await failureOf(kfp.pipelines.getByName("x", { namespace: "team-a" }))).code).toBe("NOT_FOUND");
    expect((await kfp.pipelines.getByName("x", { namespace: "team-b" })).pipelineId).toBe("p");
  });
});

describe("health through the user interface", () => {
  test("its names for version and mode are understood", async () => {
    const ui = {
      apiServerTagName: "2.17.0",
      apiServerCommitHash: "abc",
      apiServerMultiUser: true,
      apiServerReady: true,
      pipelineStore: "database",
      multi_user: true,
    };
    const got = await localServer((_request, response) => json(response, 200, ui));
    expect(await new Client({ host: got.origin }).healthz.get()).toEqual({
      tagName: "2.17.0",
      commitSha: "abc",
      multiUser: true,
      pipelineStore: "database",
    });
  });

  test("an API that is not ready behind it is not available, although it answers with 200", async () => {
    const got = await localServer((_request, response) =>
      json(response, 200, { apiServerReady: false, buildDate: "x" }),
    );
    expect((await failureOf(new Client({ host: got.origin }).healthz.get())).code).toBe("SERVER_UNAVAILABLE");
  });
});
