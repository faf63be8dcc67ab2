import { Deployment } from "../../discovery/deployment.ts";
import { findEndpoint } from "../../discovery/find-endpoint.ts";
import { ownPod } from "../../discovery/pod.ts";
import { type Probed, probe } from "../../discovery/probe.ts";
import { isKfpError } from "../../errors/kfp-error.ts";
import { askedOf } from "../asked-of.ts";
import type { AskedAddress } from "../connect-step.ts";
import type { Finding, Search, Step } from "../target.ts";

/** How long each address may take to answer, in milliseconds. */
const PROBE_MS = 3_000;

/** The Kubeflow Pipelines of the cluster in whose pod the program runs. */
export const pod: Step = {
  source: "pod",
  async look(search: Search): Promise<Finding> {
    const { options, ports, signal } = search;
    const { surroundings } = ports.platform;
    if (ownPod(surroundings) === undefined) return { outcome: "absent", fact: "This is no pod of a cluster." };
    const asked: AskedAddress[] = [];
    const { candidates } = new Deployment({ pipelinesNamespace: options.pipelinesNamespace }, surroundings);
    try {
      const host = await findEndpoint({ candidates, clock: ports.clock, probe: probeOf(search, asked) });
      return { outcome: "found", asked, target: { host, what: "the Kubeflow Pipelines of this cluster", said: false } };
    } catch (error) {
      signal.throwIfAborted();
      if (!isKfpError(error) || error.code !== "NO_ENDPOINT") throw error;
      const tried = asked.map(({ url, saw }) => saw || url).join("; ");
      return { outcome: "failed", fact: `In the cluster of this pod no Kubeflow Pipelines answers: ${tried}.`, asked };
    }
  },
};

function probeOf({ ports, transport, signal }: Search, asked: AskedAddress[]) {
  const { userAgent } = ports.platform;
  const headers = { accept: "application/json", ...(userAgent !== undefined && { "user-agent": userAgent }) };
  return async (host: string, over: AbortSignal): Promise<Probed> => {
    const began = ports.clock.now();
    const probed = await probe(host, { transport, headers, timeoutMs: PROBE_MS }, AbortSignal.any([over, signal]));
    // What is cut off because another one has answered has said nothing.
    if (!over.aborted) asked.push(askedOf(host, probed, ports.clock.now() - began));
    return probed;
  };
}
