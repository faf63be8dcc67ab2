import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differencesFrom, lookup } from "./comparison.ts";
import { type Difference, deviations, readDifferences } from "./differences.ts";
import { exchange, newVariables } from "./exchange.ts";
import { readScenarios, recordingsPresent, type Scenario } from "./scenario.ts";
import { type ServerUnderTest, serverUnderTest } from "./server-under-test.ts";

const { differences } = readDifferences();

/** Plays a scenario; gives what differs from the recording, except what is listed, and what is listed and does not. */
async function replay(origin: string, { name, steps }: Scenario): Promise<string[]> {
  const variables = newVariables();
  const failures: string[] = [];
  for (const [index, step] of steps.entries()) {
    const where = `#${index + 1} ${step.name}`;
    await new Promise((resolve) => setTimeout(resolve, (step.delaySeconds ?? 0) * 1000));
    const answer = await exchange(origin, step.request, variables);
    const listed = differences.find((one) => one.scenario === name && one.step === step.name);
    for (const [variable, path] of Object.entries(step.capture ?? {})) {
      const value = lookup(path, answer.body);
      if (value !== undefined) variables.set(variable, String(value));
      else if (listed === undefined)
        failures.push(`${where}: no ${path} in ${JSON.stringify(answer.body).slice(0, 300)}`);
    }
    const found = differencesFrom(step, answer, variables);
    if (listed === undefined) failures.push(...found.map((difference) => `${where}: ${difference}`));
    else if (found.length === 0) failures.push(`${where}: is listed as a difference and answers as recorded`);
    else failures.push(...deviations(listed, answer, variables).map((deviation) => `${where}: ${deviation}`));
  }
  return failures;
}

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
      expect(await replay(server.origin, scenario)).toEqual([]);
    },
  );

  it("has every step that is listed as a difference, once", () => {
    const unknown = differences.filter(
      ({ scenario, step }: Difference) =>
        scenarios.find(({ name }) => name === scenario)?.steps.filter(({ name }) => name === step).length !== 1,
    );
    expect(unknown).toEqual([]);
  });
});
