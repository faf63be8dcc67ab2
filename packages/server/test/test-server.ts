import { type RunningServer, type ServerOptions, startServer } from "../src/index.ts";

/** A server in memory, on a port of its own. */
export function startTestServer(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return startServer({ version: "1.2.3-test", port: 0, database: { kind: "memory" }, ...options });
}

/** The smallest compiled pipeline. */
export const helloWorld = `pipelineInfo: { name: hello }
root: { dag: { tasks: { echo: { componentRef: { name: comp-echo }, taskInfo: { name: echo } } } } }
components: { comp-echo: { executorLabel: exec-echo } }
deploymentSpec: { executors: { exec-echo: { container: { image: alpine } } } }
schemaVersion: 2.1.0
sdkVersion: kfp-2.13.0
`;
