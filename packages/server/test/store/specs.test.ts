import { describe, expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { adapters, inspect, type Place, withStore } from "./adapters.ts";
import { pipeline, recurringRun, run, version } from "./records.ts";

const lasting = adapters.filter(({ name }) => name !== "SQLite in memory");

describe.each(lasting)("specifications in $name", (adapter) => {
  test("a specification is stored once, whoever refers to it, and goes with the last reference", () =>
    withStore(adapter, async (store, place) => {
      const spec = '{"pipelineInfo":{"name":"shared"}}';
      const owner = pipeline();
      const [one, two] = [
        version(owner.pipelineId, { pipelineSpec: spec }),
        version(owner.pipelineId, { pipelineSpec: spec }),
      ];
      await store.pipelines.insert(owner, one);
      await store.pipelineVersions.insert(two);
      const inline = run({ pipelineSpec: spec });
      await store.runs.insert(inline, spec);
      const reference = run({ pipelineSpec: "", pipelineId: owner.pipelineId });
      await store.runs.insert(reference, spec);
      const recurring = recurringRun({ pipelineSpec: spec });
      await store.recurringRuns.insert(recurring);
      await store.close();
      expect(await inspect(place, "spec_texts")).toBe(1);

      await using(place, async (again) => {
        await again.pipelines.delete(owner.pipelineId, { cascade: true });
        await again.runs.delete(inline.runId);
        expect(await again.runs.launchedSpec(reference.runId)).toBe(spec);
        await again.runs.delete(reference.runId);
        expect((await again.recurringRuns.get(recurring.recurringRunId))?.pipelineSpec).toBe(spec);
      });
      expect(await inspect(place, "spec_texts")).toBe(1);

      await using(place, (again) => again.recurringRuns.delete(recurring.recurringRunId));
      expect(await inspect(place, "spec_texts")).toBe(0);
      expect(await inspect(place, "specs")).toBe(0);
    }));

  test("references that come and go at once leave no text behind and lose none", () =>
    withStore(adapter, async (store, place) => {
      const specs = ["1", "2", "3"];
      for (let round = 0; round < 10; round++) {
        const made = Array.from({ length: 9 }, (_, index) => run({ pipelineSpec: specs[index % 3] ?? "" }));
        await Promise.all(made.map((one) => store.runs.insert(one, one.pipelineSpec)));
        const next = made.map((one) => run({ pipelineSpec: one.pipelineSpec }));
        await Promise.all([
          ...made.map((one) => store.runs.delete(one.runId)),
          ...next.map((one) => store.runs.insert(one, one.pipelineSpec)),
        ]);
        for (const one of next) expect(await store.runs.launchedSpec(one.runId)).toBe(one.pipelineSpec);
        await Promise.all(next.map((one) => store.runs.delete(one.runId)));
      }
      await store.close();
      expect(await inspect(place, "spec_texts")).toBe(0);
      expect(await inspect(place, "specs")).toBe(0);
      expect(await inspect(place, "counters where scope <> ''")).toBe(0);
    }));
});

async function using(
  place: Place,
  use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<unknown>,
): Promise<void> {
  const store = await openStore({ database: place.database });
  await use(store);
  await store.close();
}
