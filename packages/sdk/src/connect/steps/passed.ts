import { wantsTunnel } from "../check-options.ts";
import type { Finding, Search, Step } from "../target.ts";
import { throughCluster } from "../through-cluster.ts";

/** What was passed: a host, or a way through a cluster. */
export const passed: Step = {
  source: "passed",
  async look(search: Search): Promise<Finding> {
    const { options } = search;
    if (wantsTunnel(options)) return throughCluster(search, true);
    if (options.host === undefined) return { outcome: "absent", fact: "No host was passed." };
    return { outcome: "found", target: { host: options.host, what: "the endpoint that was passed", said: true } };
  },
};
