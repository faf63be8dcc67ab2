import type { Finding, Search, Step } from "../target.ts";

/** What the environment says. */
export const environment: Step = {
  source: "environment",
  async look({ ports }: Search): Promise<Finding> {
    const host = ports.platform.surroundings.variable("KF_PIPELINES_ENDPOINT");
    if (host === undefined) return { outcome: "absent", fact: "KF_PIPELINES_ENDPOINT is not set." };
    return { outcome: "found", target: { host, what: "the endpoint that KF_PIPELINES_ENDPOINT says", said: true } };
  },
};
