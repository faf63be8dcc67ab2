import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Difference, readDifferences } from "./differences.ts";
import { play } from "./play.ts";
import { readScenarios, recordingsPresent } from "./scenario.ts";
import { type ServerUnderTest, serverUnderTest } from "./server-under-test.ts";

const { differences } = readDifferences();

// The recordings of the real server are shared with the project beside its repository; a clone alone does not have them.
describe.skipIf(!recordingsPresent)("what a real Kubeflow Pipelines answered to one user", () => {
  const scenarios = recordingsPresent ? readScenarios("single") : [];
  let server: ServerUnderTest;

  beforeAll(async () => {
    server = await serverUnderTest();
  });
  afterAll(() => server.close());

  it.concurrent.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "is answered the same: %s",
    { timeout: 120_000 },
    async (_, scenario) => {
      expect((await play(server, scenario, differences)).failures).toEqual([]);
    },
  );

  it("and what many users were answered has every step that is listed as a difference, once", () => {
    const all = [...scenarios, ...readScenarios("multi")];
    const unknown = differences.filter(
      ({ scenario, step }: Difference) =>
        all.find(({ name }) => name === scenario)?.steps.filter(({ name }) => name === step).length !== 1,
    );
    expect(unknown).toEqual([]);
  });
});
