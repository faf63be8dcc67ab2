import { differencesFrom, lookup } from "./comparison.ts";
import { type Difference, deviations } from "./differences.ts";
import { exchange, newVariables } from "./exchange.ts";
import type { Scenario, Step } from "./scenario.ts";

/** The server that a scenario is played against. */
export interface PlayedServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** What `${name}` stands for in requests and answers, beside what scenarios capture. */
  readonly variables?: ReadonlyMap<string, string>;
  /**
   * The token that a symbolic name of the recordings stands for, such as `team-a/default-editor?audience=wrong`. Steps
   * whose token is undefined are left out.
   */
  readonly token?: (name: string) => Promise<string | undefined>;
}

/** What came of a scenario. Every step is in exactly one of these. */
export interface Outcome {
  /** The names of the steps that were answered as recorded. */
  readonly equal: readonly string[];
  /** The names of those that differ, and are listed as differing in that way. */
  readonly listed: readonly string[];
  /** The names of those for which there is no token. */
  readonly left: readonly string[];
  /** A line for everything that differs and is not listed, and for what is listed and does not differ. */
  readonly failures: readonly string[];
}

/** Plays a scenario: sends its requests one after the other, and compares the answers with the recorded ones. */
export async function play(
  { origin, variables: given = new Map(), token }: PlayedServer,
  { name, steps }: Scenario,
  differences: readonly Difference[],
): Promise<Outcome> {
  const variables = new Map([...newVariables(), ...given]);
  const equal: string[] = [];
  const allowed: string[] = [];
  const left: string[] = [];
  const failures: string[] = [];
  for (const [index, step] of steps.entries()) {
    const where = `#${index + 1} ${step.name}`;
    await new Promise((resolve) => setTimeout(resolve, (step.delaySeconds ?? 0) * 1000));
    if (!(await addTokens(variables, step, token))) {
      left.push(step.name);
      continue;
    }
    const answer = await exchange(origin, step.request, variables);
    const listed = differences.find((one) => one.scenario === name && one.step === step.name);
    const found: string[] = [];
    for (const [variable, path] of Object.entries(step.capture ?? {})) {
      const value = lookup(path, answer.body);
      if (value !== undefined) variables.set(variable, String(value));
      else if (listed === undefined) found.push(`no ${path} in ${JSON.stringify(answer.body).slice(0, 300)}`);
    }
    const differing = differencesFrom(step, answer, variables);
    if (listed === undefined) found.push(...differing);
    else if (differing.length === 0) found.push("is listed as a difference and answers as recorded");
    else found.push(...deviations(listed, answer, variables));
    if (found.length > 0) failures.push(...found.map((difference) => `${where}: ${difference}`));
    else (listed === undefined ? equal : allowed).push(step.name);
  }
  return { equal, listed: allowed, left, failures };
}

/** Adds the tokens of a step to the variables. @returns false where one of them is not to be had. */
async function addTokens(
  variables: Map<string, string>,
  { request }: Step,
  token: PlayedServer["token"],
): Promise<boolean> {
  for (const [, name = ""] of JSON.stringify(request.headers ?? {}).matchAll(/\$\{token:([^}]+)\}/g)) {
    const key = `token:${name}`;
    if (variables.has(key)) continue;
    const value = await token?.(name);
    if (value === undefined) return false;
    variables.set(key, value);
  }
  return true;
}
