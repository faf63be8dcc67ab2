import type { ContextCredentials } from "../contexts/context.ts";
import type { Environment } from "../environment.ts";
import type { ContextsPort, KeptCredentials } from "./ports.ts";

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
): Promise<KeptCredentials | undefined> {
  const { contextCredentials } = await import("../contexts/context-credentials.ts");
  const asker = await contextCredentials({ endpoint, credentials: described }, { env });
  if (asker === undefined) return undefined;
  return { credentials: asker.credentials, end: await sessionEnd(env, endpoint, asker.login?.user) };
}

/** When the session ends that is kept for somebody; undefined where it does not say. */
async function sessionEnd(env: Environment, endpoint: string, user: string | undefined): Promise<Date | undefined> {
  if (user === undefined) return undefined;
  const { keptSessions } = await import("../contexts/kept-sessions.ts");
  const sessions = await keptSessions(env)?.list(endpoint);
  const session = sessions?.find((one) => one.user === user)?.session;
  if (session === undefined) return undefined;
  const ends = session.kind === "cookies" ? session.cookies.map(({ expiresAt }) => expiresAt) : [session.expiresAt];
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}
