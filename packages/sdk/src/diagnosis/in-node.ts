import { systemClock } from "../clock.ts";
import { setConnected } from "../connect/connected.ts";
import { findConnection } from "../connect/find-connection.ts";
import { nodePorts } from "../connect/in-node.ts";
import { wholeEnvironment } from "../environment.ts";
import { ConnectedClient } from "../platform/node-connected-client.ts";
import { version } from "../version.ts";
import { watchedTunnels } from "./cluster.ts";
import type { DiagnoseOptions } from "./diagnose-options.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { nodeFiles } from "./node-files.ts";
import { nodeNetwork } from "./node-network.ts";
import { runDiagnosis } from "./run-diagnosis.ts";

/** Diagnoses in Node. */
export function diagnoseInNode(options: DiagnoseOptions): Promise<Diagnosis> {
  const env = wholeEnvironment();
  return runDiagnosis(options, {
    clock: options.clock ?? systemClock,
    wallTime: Date.now,
    env,
    version,
    files: nodeFiles(env),
    network: nodeNetwork,
    connect: (way, probes) => {
      const ports = nodePorts(env, way);
      return findConnection(way, { ...ports, tunnels: ports.tunnels && watchedTunnels(ports.tunnels, probes) });
    },
    whoAmI: (found, signal) => setConnected(new ConnectedClient(found.options), found.connected).whoAmI({}, { signal }),
  });
}
