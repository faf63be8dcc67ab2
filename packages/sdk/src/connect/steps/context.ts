import type { Finding, Search, Step } from "../target.ts";

/** The saved context: the one that was passed, else the one of KFP_CONTEXT, else the current one. */
export const context: Step = {
  source: "context",
  async look({ options, ports }: Search): Promise<Finding> {
    const saved = await ports.contexts?.chosen(options.context);
    if (saved === undefined) return { outcome: "absent", fact: "No context is saved and chosen." };
    const { name, chosenBy, endpoint, namespace, credentials, tls } = saved;
    const by = { option: "which was passed", KFP_CONTEXT: "which KFP_CONTEXT names", current: "the current one" };
    return {
      outcome: "found",
      target: {
        host: endpoint,
        what: `the saved context ${name}, ${by[chosenBy]}`,
        said: true,
        credentials,
        context: name,
        tls,
        ...(namespace !== undefined && { namespace: { name: namespace, from: `the context ${name}`, said: true } }),
      },
    };
  },
};
