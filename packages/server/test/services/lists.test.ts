import { describe, expect, it } from "vitest";
import { call, echo, type Harness, refusalOf, startServices } from "./harness.ts";

const otherCriteria =
  "page token does not match the supplied sort by and/or filtering criteria. Either specify the same criteria or leave the latter empty if page token is specified";

async function withExperiments(count: number): Promise<Harness> {
  const harness = await startServices();
  for (let index = 0; index < count; index++) {
    await call(harness.handlers.experiments.create, { body: { displayName: `e${index}` } });
  }
  return harness;
}

describe("a list", () => {
  it("goes on where its token says, and is then sorted and filtered as before", async () => {
    const { experiments } = (await withExperiments(5)).handlers;
    const filter = '{"predicates":[{"operation":"NOT_EQUALS","key":"name","string_value":"e2"}]}';
    const names: string[] = [];
    let pageToken: string | undefined;
    let query: object = { pageSize: 2, sortBy: "name desc", filter };
    do {
      const page = await call(experiments.list, { query });
      expect(page.totalSize).toBe(4);
      names.push(...page.experiments.map(({ displayName }) => displayName));
      pageToken = page.nextPageToken;
      query = { pageSize: 1, pageToken };
    } while (pageToken !== undefined);
    expect(names).toEqual(["e4", "e3", "e1", "e0"]);
  });

  it("takes what means the same for the same", async () => {
    const { experiments } = (await withExperiments(3)).handlers;
    const filterOf = (...predicates: object[]) => JSON.stringify({ predicates });
    const first = { operation: "GREATER_THAN_EQUALS", key: "name", string_value: "e" };
    const second = { operation: "NOT_EQUALS", key: "id", string_value: "x" };
    const query = { pageSize: 1, sortBy: "name", filter: filterOf(first, second) };
    const { nextPageToken } = await call(experiments.list, { query });
    const again = {
      pageSize: 1,
      pageToken: nextPageToken,
      sortBy: "DISPLAY_NAME  asc",
      filter: filterOf({ ...second, key: "experiment_id" }, { operation: 5, key: "display_name", stringValue: "e" }),
    };
    expect((await call(experiments.list, { query: again })).experiments).toMatchObject([{ displayName: "e1" }]);
  });

  it("refuses a token of other criteria, of another list, and of another experiment", async () => {
    const { handlers, store } = await withExperiments(3);
    const { experiments, pipelines, runs } = handlers;
    const { nextPageToken: pageToken } = await call(experiments.list, { query: { pageSize: 1, sortBy: "name" } });
    const name = '{"predicates":[{"operation":"EQUALS","key":"name","string_value":"e1"}]}';
    for (const query of [
      { sortBy: "name desc" },
      { sortBy: "created_at" },
      { filter: name },
      { sortBy: "name", filter: name },
    ]) {
      expect((await refusalOf(call(experiments.list, { query: { ...query, pageToken } }))).message).toBe(otherCriteria);
    }
    expect((await refusalOf(call(pipelines.list, { query: { pageToken } }))).message).toBe(otherCriteria);
    const [one, two] = (await call(experiments.list)).experiments.map(({ experimentId }) => experimentId);
    for (const displayName of ["a", "b"]) {
      await call(runs.create, { body: { displayName, experimentId: one, pipelineSpec: echo } });
    }
    const page = await call(runs.list, { query: { experimentId: one, pageSize: 1 } });
    const query = { pageToken: page.nextPageToken, experimentId: two };
    expect((await refusalOf(call(runs.list, { query }))).message).toBe(otherCriteria);
    expect(await store.counts()).toMatchObject({ runs: 2 });
  });

  it("can be sorted by some fields as long as it fits on one page", async () => {
    const { runs } = (await startServices()).handlers;
    for (const displayName of ["a", "b"]) await call(runs.create, { body: { displayName, pipelineSpec: echo } });
    for (const [sortBy, field] of [
      ["experiment_id", "ExperimentUUID"],
      ["recurring_run_id desc", "JobUUID"],
      ["metric:acc", "acc"],
    ]) {
      expect((await call(runs.list, { query: { sortBy } })).runs).toHaveLength(2);
      expect((await refusalOf(call(runs.list, { query: { sortBy, pageSize: 1 } }))).message).toBe(
        `cannot sort by field "${field}" on type "Run"`,
      );
    }
  });
});

describe("a run whose client chose its id", () => {
  it("is found by it in any case", async () => {
    const { runs } = (await startServices()).handlers;
    for (const runId of ["MyRun", "other"])
      await call(runs.create, { body: { displayName: "r", runId, pipelineSpec: echo } });
    for (const value of ["MyRun", "myrun", "MYRUN"]) {
      const filter = `{"predicates":[{"operation":"EQUALS","key":"run_id","string_value":"${value}"}]}`;
      expect((await call(runs.list, { query: { filter } })).runs).toMatchObject([{ runId: "MyRun" }]);
    }
    const { nextPageToken } = await call(runs.list, { query: { sortBy: "run_id", pageSize: 1 } });
    expect((await call(runs.list, { query: { pageToken: nextPageToken } })).runs).toMatchObject([{ runId: "other" }]);
  });
});
