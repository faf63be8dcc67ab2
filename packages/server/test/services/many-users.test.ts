import { describe, expect, it } from "vitest";
import { call, echo, packageFile, refusalOf } from "./harness.ts";
import { caller, oneOfEach, startMany } from "./many-users.ts";

const ada = caller("ada");
const bob = caller("bob");
/** What bob may do in his own namespace. */
const bobs = ["bob * * team-b"] as const;

describe("pipelines of other namespaces", () => {
  it.each(["runs", "recurringRuns"] as const)("cannot be run by %s of those who may not read them", async (kind) => {
    const harness = await startMany(bobs);
    const { handlers } = harness;
    const secret = await oneOfEach(harness, "team-a");
    const { experimentId } = await oneOfEach(harness, "team-b");
    const { pipelineId, pipelineVersionId } = secret;
    for (const pipelineVersionReference of [
      { pipelineId },
      { pipelineVersionId },
      { pipelineId, pipelineVersionId },
      // The refusal of a wrong pair would tell whose version it is.
      { pipelineId: "another", pipelineVersionId },
    ]) {
      const body = { displayName: "mine", experimentId, maxConcurrency: 1, pipelineVersionReference };
      const refusal = await refusalOf(call(handlers[kind].create as never, { caller: bob, body } as never));
      expect(refusal).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(refusal.message).toContain("Namespace:team-a,Verb:get,");
      expect(refusal.message).toContain("Resource:pipelines,Subresource:,Name:pipeline-team-a,");
    }
  });

  it("can be run where reading them is allowed, and shared ones always", async () => {
    const harness = await startMany([...bobs, "bob get pipelines team-a"]);
    const { experimentId } = await oneOfEach(harness, "team-b");
    const { pipelineId: theirs } = await oneOfEach(harness, "team-a");
    const shared = await call(harness.handlers.pipelines.upload, {
      caller: ada,
      query: { name: "all" },
      file: packageFile(),
    });
    for (const pipelineId of [theirs, shared.pipelineId ?? ""]) {
      const body = { displayName: "mine", experimentId, pipelineVersionReference: { pipelineId } };
      const run = await call(harness.handlers.runs.create, { caller: bob, body });
      expect(run.pipelineVersionReference?.pipelineId).toBe(pipelineId);
    }
  });

  it("are not found by name without their namespace, by nobody", async () => {
    const harness = await startMany();
    await oneOfEach(harness, "team-a");
    const byName = (query: object) =>
      call(harness.handlers.pipelines.getByName, { caller: ada, params: { name: "pipeline-team-a" }, query });
    expect(await refusalOf(byName({}))).toEqual({
      code: "NOT_FOUND",
      message: "Namespace/Pipeline /pipeline-team-a not found",
    });
    expect((await refusalOf(byName({ namespace: "-" }))).code).toBe("NOT_FOUND");
    expect((await byName({ namespace: "team-a" })).namespace).toBe("team-a");
  });

  it("are in no list of the shared ones, nor those in theirs", async () => {
    const harness = await startMany();
    await oneOfEach(harness, "team-a");
    await call(harness.handlers.pipelines.upload, { caller: ada, query: { name: "all" }, file: packageFile() });
    const names = async (query: object) =>
      ((await call(harness.handlers.pipelines.list, { caller: ada, query })).pipelines ?? []).map(({ name }) => name);
    expect(await names({})).toEqual(["all"]);
    expect(await names({ namespace: "team-a" })).toEqual(["pipeline-team-a"]);
    expect(await names({ namespace: "-" })).toEqual([]);
  });
});

describe("uploads", () => {
  it("of shared pipelines need the right to create in the system namespace", async () => {
    const harness = await startMany(["bob * * team-b", "eve create pipelines kubeflow"]);
    const upload = (user: string, namespace: string) =>
      call(harness.handlers.pipelines.upload, {
        caller: caller(user),
        query: { name: `by-${user}`, namespace },
        file: packageFile(),
      });
    expect(await refusalOf(upload("bob", ""))).toEqual({
      code: "INVALID_ARGUMENT",
      message: "Failed to create a pipeline",
    });
    expect((await refusalOf(upload("bob", "-"))).message).toBe("Failed to create a pipeline");
    const { pipelineId = "", namespace } = await upload("eve", "");
    expect(namespace).toBe("");

    const version = (user: string) =>
      call(harness.handlers.pipelineVersions.upload, {
        caller: caller(user),
        query: { pipelineid: pipelineId, name: "second" },
        file: packageFile(),
      });
    expect(await refusalOf(version("bob"))).toEqual({
      code: "INVALID_ARGUMENT",
      message: "Failed to create a pipeline version",
    });
    expect((await version("eve")).name).toBe("second");
  });

  it("need a namespace where there are to be no shared pipelines", async () => {
    const { handlers } = await startMany([], { requireNamespaceForPipelines: true });
    const text = "Namespace is required for pipeline operations";
    const upload = call(handlers.pipelines.upload, { caller: ada, query: { name: "x" }, file: packageFile() });
    expect(await refusalOf(upload)).toEqual({ code: "INVALID_ARGUMENT", message: text });
    expect((await refusalOf(call(handlers.pipelines.create, { caller: ada, body: { name: "x" } }))).message).toBe(text);
    expect((await refusalOf(call(handlers.pipelines.list, { caller: ada }))).message).toBe(text);
    const byName = call(handlers.pipelines.getByName, { caller: ada, params: { name: "x" } });
    expect((await refusalOf(byName)).message).toBe(text);
  });
});

describe("runs and recurring runs", () => {
  it("need an experiment, and are in its namespace", async () => {
    const harness = await startMany();
    const { handlers, store } = harness;
    const text = "Experiment id can not be empty in multi-user mode";
    const run = { displayName: "run", pipelineSpec: echo };
    const job = { ...run, maxConcurrency: 1 };
    expect(await refusalOf(call(handlers.runs.create, { caller: ada, body: run }))).toEqual({
      code: "INVALID_ARGUMENT",
      message: text,
    });
    expect((await refusalOf(call(handlers.recurringRuns.create, { caller: ada, body: job }))).message).toBe(text);
    const { runId, recurringRunId, experimentId } = await oneOfEach(harness, "team-a");
    expect((await store.runs.get(runId))?.namespace).toBe("team-a");
    expect((await store.recurringRuns.get(recurringRunId))?.namespace).toBe("team-a");
    const claimed = { ...job, experimentId, namespace: "team-b" };
    expect((await refusalOf(call(handlers.recurringRuns.create, { caller: ada, body: claimed }))).message).toBe(
      `Experiment ${experimentId} belongs to namespace 'team-a' instead of 'team-b'`,
    );
  });

  it("run as default-editor unless they say otherwise", async () => {
    const harness = await startMany();
    const { runId, recurringRunId } = await oneOfEach(harness, "team-a");
    expect((await harness.store.runs.get(runId))?.serviceAccount).toBe("default-editor");
    expect((await harness.store.recurringRuns.get(recurringRunId))?.serviceAccount).toBe("default-editor");
  });

  it("are listed by a namespace or by an experiment, which decides where both are given", async () => {
    const harness = await startMany(bobs);
    const { handlers } = harness;
    const { experimentId, runId } = await oneOfEach(harness, "team-a");
    await oneOfEach(harness, "team-b");
    const ids = async (user: string, query: object) =>
      ((await call(handlers.runs.list, { caller: caller(user), query })).runs ?? []).map((run) => run.runId);
    expect(await ids("ada", { namespace: "team-a" })).toEqual([runId]);
    expect(await ids("ada", { namespace: "team-b", experimentId })).toEqual([runId]);
    expect((await refusalOf(ids("bob", { namespace: "team-b", experimentId }))).message).toContain("Namespace:team-a,");
    expect((await refusalOf(ids("ada", {}))).message).toBe("A run cannot have an empty namespace in multi-user mode");
    expect((await refusalOf(call(handlers.recurringRuns.list, { caller: ada }))).message).toBe(
      "a recurring run cannot have an empty namespace in multi-user mode",
    );
  });

  it("of a recurring run in another namespace are not found, neither made nor made before", async () => {
    const harness = await startMany(bobs);
    const { handlers } = harness;
    const { recurringRunId, experimentId } = await oneOfEach(harness, "team-a");
    const mine = await oneOfEach(harness, "team-b");
    const made = { displayName: "tick", recurringRunId, pipelineSpec: echo };
    const body = { ...made, experimentId: mine.experimentId };
    const notFound = { code: "NOT_FOUND", message: `Job ${recurringRunId} not found` };
    expect(await refusalOf(call(handlers.runs.create, { caller: bob, body }))).toEqual(notFound);
    const first = await call(handlers.runs.create, { caller: ada, body: { ...made, experimentId } });
    expect(await refusalOf(call(handlers.runs.create, { caller: bob, body }))).toEqual(notFound);
    const again = await call(handlers.runs.create, { caller: ada, body: { ...made, experimentId } });
    expect(again.runId).toBe(first.runId);
  });

  it("can be ended and deleted when their experiment is gone, since they have a namespace of their own", async () => {
    const harness = await startMany();
    const { handlers } = harness;
    const { experimentId, runId } = await oneOfEach(harness, "team-a");
    await call(handlers.experiments.delete, { caller: ada, params: { experimentId } });
    await call(handlers.runs.terminate, { caller: ada, params: { runId } });
    await call(handlers.runs.delete, { caller: ada, params: { runId } });
  });
});

describe("the ids of others", () => {
  it("are not reached through a path of one's own: a version belongs to its own pipeline", async () => {
    const harness = await startMany(bobs);
    const { pipelineVersions } = harness.handlers;
    const { pipelineVersionId } = await oneOfEach(harness, "team-a");
    const { pipelineId } = await oneOfEach(harness, "team-b");
    const params = { pipelineId, pipelineVersionId };
    for (const attempt of [
      call(pipelineVersions.get, { caller: bob, params }),
      call(pipelineVersions.update, { caller: bob, params, body: { displayName: "mine" } }),
      call(pipelineVersions.delete, { caller: bob, params }),
    ]) {
      const refusal = await refusalOf(attempt);
      expect(refusal.code).toBe("PERMISSION_DENIED");
      expect(refusal.message).toContain("Namespace:team-a,");
    }
    expect(await harness.store.pipelineVersions.get(pipelineVersionId)).toMatchObject({
      displayName: "pipeline-team-a",
    });
  });

  it("are told by no page token: one continues the list that it was given for, for those who may read it", async () => {
    const harness = await startMany(bobs);
    const { experiments } = harness.handlers;
    for (const namespace of ["team-a", "team-b"]) {
      for (const displayName of ["one", "two"]) {
        await call(experiments.create, { caller: ada, body: { displayName, namespace } });
      }
    }
    const first = await call(experiments.list, { caller: ada, query: { namespace: "team-a", pageSize: 1 } });
    const list = (user: typeof ada, namespace: string) =>
      call(experiments.list, { caller: user, query: { namespace, pageToken: first.nextPageToken } });
    expect((await refusalOf(list(bob, "team-b"))).message).toMatch(/^page token does not match/);
    expect((await refusalOf(list(ada, "team-b"))).message).toMatch(/^page token does not match/);
    expect((await refusalOf(list(bob, "team-a"))).code).toBe("PERMISSION_DENIED");
    expect((await list(ada, "team-a")).experiments).toHaveLength(1);
  });

  it("are neither listed nor counted by a filter for their namespace", async () => {
    const harness = await startMany(bobs);
    const { handlers } = harness;
    await oneOfEach(harness, "team-a");
    await oneOfEach(harness, "team-b");
    const predicates = [{ operation: "EQUALS", key: "namespace", string_value: "team-a" }];
    const query = { namespace: "team-b", filter: JSON.stringify({ predicates }) };
    expect((await call(handlers.experiments.list, { caller: bob, query })).totalSize).toBe(0);
    expect((await call(handlers.pipelines.list, { caller: bob, query })).totalSize).toBe(0);
    expect((await call(handlers.runs.list, { caller: bob, query })).totalSize).toBe(0);
  });
});

describe("the order of refusals", () => {
  it("is: what is not there, then a missing namespace, then who is calling, then what they may do", async () => {
    const harness = await startMany();
    const { handlers } = harness;
    const { experimentId } = await oneOfEach(harness, "team-a");
    const get = (user: string | undefined, id: string) =>
      refusalOf(call(handlers.experiments.get, { caller: caller(user), params: { experimentId: id } }));
    expect((await get(undefined, "unknown")).code).toBe("NOT_FOUND");
    expect((await get(undefined, experimentId)).code).toBe("UNAUTHENTICATED");
    expect((await get("bob", experimentId)).code).toBe("PERMISSION_DENIED");
    expect((await refusalOf(call(handlers.experiments.list, { caller: caller() }))).code).toBe("INVALID_ARGUMENT");
    const archive = { caller: caller(), params: { experimentId: "unknown" } };
    expect((await refusalOf(call(handlers.experiments.archive, archive))).code).toBe("NOT_FOUND");
  });
});

it("many users have no default experiment", async () => {
  const { store } = await startMany();
  expect(await store.experiments.defaultId()).toBeUndefined();
});
