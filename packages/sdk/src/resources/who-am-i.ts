import { operations } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import type { TokenFacts } from "../credentials/token-facts.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { readDenial } from "../errors/denial.ts";
import { isKfpError, type KfpError } from "../errors/kfp-error.ts";
import type { ResourceContext } from "./context.ts";

/**
 * Where to look what one may do.
 *
 * @example
 * import { Client, type WhoAmIQuery } from "@kfp-ts/sdk";
 *
 * const where: WhoAmIQuery = { namespace: "team-a" };
 * console.log((await new Client({ host: "http://localhost:3000" }).whoAmI(where)).resources.runs.list);
 */
export interface WhoAmIQuery {
  /** @default the client's namespace */
  readonly namespace?: string | undefined;
}

/**
 * Who is asking, and how that is known.
 *
 * - `server`: the server named the user when it refused something.
 * - `token`: the token says so, and the server accepted it.
 * - `nobody`: the server does not know who is asking; `reason` says why.
 * - `unknown`: the server did not say, and what was sent does not either (a session's cookie, or nothing is asked for).
 *
 * @example
 * import { Client, type Identity } from "@kfp-ts/sdk";
 *
 * const who: Identity = (await new Client({ host: "http://localhost:3000" }).whoAmI()).identity;
 * console.log(who.user ?? "somebody", who.from, who.expiresAt);
 */
export interface Identity {
  readonly user: string | undefined;
  readonly from: "server" | "token" | "nobody" | "unknown";
  /** Until when the token is valid that was sent. */
  readonly expiresAt: Date | undefined;
  /** Why the server does not know who is asking. */
  readonly reason?: string | undefined;
  /** The code of that reason, and what to do about it. */
  readonly code?: ErrorCode | undefined;
  readonly fix?: string | undefined;
}

/**
 * Whether somebody may list something. `unknown`: the server does not know who is asking, or needs a namespace to say.
 *
 * @example
 * import { Client, type ListAccess } from "@kfp-ts/sdk";
 *
 * const { resources } = await new Client({ host: "http://localhost:3000" }).whoAmI({ namespace: "team-a" });
 * const runs: ListAccess = resources.runs;
 * if (runs.list !== "allowed") console.log(runs.reason, runs.fix);
 */
export interface ListAccess {
  readonly list: "allowed" | "denied" | "unknown";
  readonly reason?: string | undefined;
  readonly code?: ErrorCode | undefined;
  /** What to do about it: for a refusal by RBAC, the RoleBinding that would allow it. */
  readonly fix?: string | undefined;
}

/**
 * Who is asking, and what they may list.
 *
 * @example
 * import { Client, type WhoAmI } from "@kfp-ts/sdk";
 *
 * const me: WhoAmI = await new Client({ host: "http://localhost:3000" }).whoAmI({ namespace: "team-a" });
 * console.log(me.identity.user, me.multiUser, me.resources.experiments.list);
 */
export interface WhoAmI {
  /** The endpoint that was asked. */
  readonly host: string;
  readonly identity: Identity;
  /** The namespace in which was asked; undefined for none. */
  readonly namespace: string | undefined;
  /** Whether the server tells users apart; undefined where it does not say. */
  readonly multiUser: boolean | undefined;
  readonly resources: {
    readonly experiments: ListAccess;
    readonly runs: ListAccess;
    readonly recurringRuns: ListAccess;
    /** Those of the namespace. */
    readonly pipelines: ListAccess;
    /** Those that belong to no namespace; everybody may list them where the deployment does not say otherwise. */
    readonly sharedPipelines: ListAccess;
  };
}

/** The client whose context it is, as far as it is looked at here. */
interface Asker {
  readonly host: string | undefined;
  readonly healthz: { get(options?: RequestOptions): Promise<{ readonly multiUser?: boolean | undefined }> };
}

const allowed: ListAccess = { list: "allowed" };

/** Where nobody but an administrator may list anything, whether or not there is such a namespace. */
export const NAMESPACE_OF_NOBODY = "kfp-ts-who-am-i";

/** Asks for one item of each list at the same time, and reads the refusals. */
export async function whoAmI(
  { caller, namespace: own }: ResourceContext,
  client: Asker,
  query: WhoAmIQuery,
  options: RequestOptions | undefined,
): Promise<WhoAmI> {
  const namespace = (query.namespace ?? own) || undefined;
  const token = await caller.tokenFacts(operations.experiments.list, options);
  const of = { query: { namespace, pageSize: 1 } };
  const [multiUser, experiments, runs, recurringRuns, pipelines, sharedPipelines] = await Promise.all([
    refusalOf(client.healthz.get(options)).then((health) => (isKfpError(health) ? undefined : health.multiUser)),
    refusalOf(caller.json(operations.experiments.list, of, options)),
    refusalOf(caller.json(operations.runs.list, of, options)),
    refusalOf(caller.json(operations.recurringRuns.list, of, options)),
    refusalOf(caller.json(operations.pipelines.list, of, options)),
    refusalOf(caller.json(operations.pipelines.list, { query: { pageSize: 1 } }, options)),
  ]);
  const refusals = [experiments, runs, recurringRuns, pipelines, sharedPipelines].filter((one) => isKfpError(one));
  let identity = identityOf(token, refusals, multiUser);
  if (identity.from === "unknown" && multiUser !== false) {
    // The session of a gateway says nothing to its client; a refusal names whom the server takes for the caller.
    const named = await namedByRefusal(caller, options);
    if (named !== undefined) identity = { ...identity, user: named, from: "server" };
  }
  return {
    host: client.host ?? "",
    identity,
    namespace,
    multiUser,
    resources: {
      experiments: accessOf(experiments),
      runs: accessOf(runs),
      recurringRuns: accessOf(recurringRuns),
      pipelines: accessOf(pipelines),
      sharedPipelines: accessOf(sharedPipelines),
    },
  };
}

/** Those whose meaning is a part of the answer; everything else says that nothing could be asked. */
const refused: ReadonlySet<ErrorCode> = new Set(["PERMISSION_DENIED", "MESH_DENIED"]);
const nobody: ReadonlySet<ErrorCode> = new Set([
  "UNAUTHENTICATED",
  "NO_IDENTITY",
  "LOGIN_REQUIRED",
  "TOKEN_EXPIRED",
  "CLOCKS_DIFFER",
  "TOKEN_WRONG_AUDIENCE",
  "TOKEN_ISSUER_UNKNOWN",
  "TOKEN_KEYS_UNKNOWN",
  "TOKEN_REFUSED",
]);

/** What a call answers, or the refusal that it meets. */
async function refusalOf<T>(call: Promise<T>): Promise<T | KfpError> {
  try {
    return await call;
  } catch (error) {
    if (!isKfpError(error)) throw error;
    if (refused.has(error.code) || nobody.has(error.code) || error.code === "NAMESPACE_REQUIRED") return error;
    throw error;
  }
}

/** Whom the server names when it refuses; undefined where it does not. Nothing else about that question is of interest. */
async function namedByRefusal(
  caller: ResourceContext["caller"],
  options: RequestOptions | undefined,
): Promise<string | undefined> {
  const ofNobody = { query: { namespace: NAMESPACE_OF_NOBODY, pageSize: 1 } };
  try {
    await caller.json(operations.experiments.list, ofNobody, options);
    return undefined;
  } catch (error) {
    if (!isKfpError(error)) throw error;
    return readDenial(error.message)?.user;
  }
}

function accessOf(answer: unknown): ListAccess {
  if (!isKfpError(answer)) return allowed;
  const { code, fix, message: reason } = answer;
  return { list: refused.has(code) ? "denied" : "unknown", reason, code, fix };
}

function identityOf(
  token: TokenFacts | undefined,
  refusals: readonly KfpError[],
  multiUser: boolean | undefined,
): Identity {
  const expiresAt = token?.expiresAt;
  const stranger = refusals.find(({ code }) => nobody.has(code));
  if (stranger !== undefined) {
    const { code, fix, message: reason } = stranger;
    return { user: undefined, from: "nobody", expiresAt, reason, code, fix };
  }
  const named = refusals.map(({ message }) => readDenial(message)?.user).find((user) => user !== undefined);
  if (named !== undefined) return { user: named, from: "server", expiresAt };
  // A server for one user does not look at tokens, nor does a list that lacks its namespace; a mesh refuses before.
  const looked =
    multiUser !== false && !refusals.some(({ code }) => code === "NAMESPACE_REQUIRED" || code === "MESH_DENIED");
  // Kubeflow calls people by their address; the subject of Dex's tokens is no name that anybody knows.
  const user = token?.email ?? token?.subject;
  if (user !== undefined && looked) return { user, from: "token", expiresAt };
  return { user: undefined, from: "unknown", expiresAt };
}
