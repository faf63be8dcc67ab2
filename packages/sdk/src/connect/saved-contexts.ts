import type { ContextCredentials } from "../contexts/context.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { Environment } from "../environment.ts";
import type { ContextsPort } from "./ports.ts";

/** The contexts and the sessions that this user has saved. */
export function savedContexts(env: Environment): ContextsPort {
  return {
    async chosen(name) {
      const { chosenContext } = await import("../contexts/chosen-context.ts");
      const context = await chosenContext({ env, name });
      if (context === undefined) return undefined;
      const { endpoint, namespace, tls, chosenBy } = context;
      return {
        name: context.name,
        chosenBy: chosenBy === "variable" ? "KFP_CONTEXT" : chosenBy,
        endpoint,
        namespace,
        tls,
        credentials: await kept(env, endpoint, context.credentials),
      };
    },
    session: (endpoint) => kept(env, endpoint, undefined),
  };
}

async function kept(
  env: Environment,
  endpoint: string,
  described: ContextCredentials | undefined,
): Promise<Credentials | undefined> {
  const { contextCredentials } = await import("../contexts/context-credentials.ts");
  return (await contextCredentials({ endpoint, credentials: described }, { env }))?.credentials;
}
