import { readDifferences } from "./differences.ts";
import { type Outcome, play } from "./play.ts";
import { readScenarios } from "./scenario.ts";

/** A server for many users that the recordings are replayed against. */
export interface MultiUserServer {
  /** `http://127.0.0.1:PORT`. It has to believe the header `kubeflow-userid` of whoever plays. */
  readonly baseUrl: string;
  /**
   * The bearer token that a symbolic name stands for: `NAMESPACE/SERVICEACCOUNT` is one for the audience
   * pipelines.kubeflow.org, `…?audience=wrong` one for https://kubernetes.default.svc, `…?expired` one whose life is over.
   * Steps whose token is undefined are left out. Each name is asked for once.
   */
  token(name: string): Promise<string | undefined>;
  /** Of runs that name none. @default "default-editor" */
  readonly defaultServiceAccount?: string;
  /** Only these scenarios, by name. All of them unless given. */
  readonly only?: readonly string[];
}

/** What came of one scenario. */
export interface ReplayedScenario extends Outcome {
  readonly scenario: string;
}

/**
 * Plays what was recorded of a real Kubeflow Pipelines with many users. The server needs the roles of
 * `contract/rbac.yaml`, the namespaces kubeflow, team-a and team-b, and their service accounts `default-editor`.
 */
export async function replayMulti(server: MultiUserServer): Promise<readonly ReplayedScenario[]> {
  const { baseUrl, defaultServiceAccount = "default-editor", only } = server;
  const { differences } = readDifferences();
  const tokens = new Map<string, Promise<string | undefined>>();
  const token = (name: string): Promise<string | undefined> => {
    const known = tokens.get(name) ?? server.token(name);
    tokens.set(name, known);
    return known;
  };
  const variables = new Map([["defaultServiceAccount", defaultServiceAccount]]);
  const scenarios = readScenarios("multi").filter(({ name }) => only === undefined || only.includes(name));
  return Promise.all(
    scenarios.map(async (scenario) => {
      const outcome = await play({ origin: baseUrl, variables, token }, scenario, differences);
      return { scenario: scenario.name, ...outcome };
    }),
  );
}
