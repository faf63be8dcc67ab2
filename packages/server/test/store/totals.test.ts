import { describe, expect, test } from "vitest";
import type { ListQuery, Store } from "../../src/ports/store.ts";
import { adapters, withStore } from "./adapters.ts";
import { random } from "./random.ts";
import {
  experiment,
  experiments,
  pipeline,
  pipelines,
  recurringRun,
  recurringRuns,
  run,
  runs,
  version,
  versions,
  type Where,
} from "./records.ts";

const STATES = ["AVAILABLE", "ARCHIVED"] as const;
/** True of every row, and not what there are counters for: a list with it counts the rows themselves. */
const EVERY: Where = { operation: "GREATER_THAN_EQUALS", key: "created_at", value: 0 };

describe.each(adapters)("totals in $name", (adapter) => {
  test("after any changes at once, the counters tell what counting the rows tells", { timeout: 60_000 }, () =>
    withStore(adapter, async (store) => {
      const dice = random("totals");
      const known = { experiments: ["e0"], runs: ["r0"], recurringRuns: ["j0"], pipelines: ["p0"], versions: ["v0"] };
      const namespaces = ["", "a", "b"];
      const made = <T>(ids: string[], id: string, result: T): T => {
        ids.push(id);
        return result;
      };
      const changes: ReadonlyArray<() => Promise<unknown>> = [
        () => {
          const one = experiment({ namespace: dice.pick(namespaces), displayName: `e${dice.below(30)}` });
          return made(known.experiments, one.experimentId, store.experiments.insert(one));
        },
        () => store.experiments.archive(dice.pick(known.experiments), 5),
        () => store.experiments.unarchive(dice.pick(known.experiments)),
        () => store.experiments.delete(dice.pick(known.experiments)),
        () => insertRun(),
        () => insertRun(),
        () => insertRun(),
        () => store.runs.setStorageState(dice.pick(known.runs), dice.pick(STATES)),
        () => store.runs.delete(dice.pick(known.runs)),
        () => {
          const parents = { experimentId: dice.pick(known.experiments), namespace: dice.pick(namespaces) };
          const one = recurringRun(parents);
          return made(known.recurringRuns, one.recurringRunId, store.recurringRuns.insert(one));
        },
        () => store.recurringRuns.delete(dice.pick(known.recurringRuns)),
        () => {
          const one = pipeline({ namespace: dice.pick(namespaces), name: `p${dice.below(30)}` });
          return made(known.pipelines, one.pipelineId, store.pipelines.insert(one));
        },
        () => {
          const one = version(dice.pick(known.pipelines), {
            name: `v${dice.below(9)}`,
            pipelineSpec: `${dice.below(5)}`,
          });
          return made(known.versions, one.pipelineVersionId, store.pipelineVersions.insert(one));
        },
        () => store.pipelineVersions.delete(dice.pick(known.versions)),
        () => store.pipelines.delete(dice.pick(known.pipelines), { cascade: dice.below(2) === 0 }),
      ];
      function insertRun(): Promise<unknown> {
        const one = run({
          experimentId: dice.pick(known.experiments),
          namespace: dice.pick(namespaces),
          storageState: dice.pick(STATES),
          pipelineSpec: dice.pick(["", "1", "2"]),
        });
        return made(known.runs, one.runId, store.runs.insert(one, dice.pick(["1", "2", "3"])));
      }

      for (let round = 0; round < 15; round++) {
        await Promise.all(Array.from({ length: 20 }, () => dice.pick(changes)()));
      }

      for (const [name, counted, rows] of await totals(store, namespaces, known)) expect(counted, name).toBe(rows);
      const { runs: all } = await store.counts();
      expect(all).toBe((await store.runs.list(runs({ where: [EVERY] }))).totalSize);
    }),
  );
});

async function totals(
  store: Store,
  namespaces: readonly string[],
  known: { readonly experiments: readonly string[]; readonly pipelines: readonly string[] },
): Promise<ReadonlyArray<readonly [string, number, number]>> {
  const found: Array<readonly [string, number, number]> = [];
  const filters: Where[][] = [
    [],
    ...STATES.map((value): Where[] => [{ operation: "EQUALS", key: "storage_state", value }]),
  ];
  const both = async (name: string, total: (where: readonly Where[]) => Promise<{ totalSize: number }>) => {
    const rows = (await total([EVERY])).totalSize;
    found.push([name, (await total([])).totalSize, rows]);
  };
  const restrictions = [
    {},
    ...namespaces.map((namespace) => ({ namespace })),
    ...known.experiments.map((experimentId) => ({ experimentId })),
  ];
  for (const restriction of restrictions) {
    const name = JSON.stringify(restriction);
    const restricted = (query: ListQuery) => ({ ...query, pageSize: 1, ...restriction });
    for (const filter of filters) {
      await both(`runs ${name}`, (where) => store.runs.list(restricted(runs({ where: [...filter, ...where] }))));
    }
    await both(`recurring runs ${name}`, (where) => store.recurringRuns.list(restricted(recurringRuns({ where }))));
    if ("experimentId" in restriction) continue;
    for (const filter of filters) {
      await both(`experiments ${name}`, (where) =>
        store.experiments.list(restricted(experiments({ where: [...filter, ...where] }))),
      );
    }
    await both(`pipelines ${name}`, (where) => store.pipelines.list(restricted(pipelines({ where }))));
  }
  for (const pipelineId of known.pipelines) {
    await both("versions", (where) => store.pipelineVersions.list({ ...versions({ where }), pageSize: 1, pipelineId }));
  }
  return found;
}
