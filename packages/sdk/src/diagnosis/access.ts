import type { Connection } from "../connect/connection.ts";
import type { FoundConnection } from "../connect/found-connection.ts";
import { readDenial } from "../errors/denial.ts";
import { isKfpError, type KfpError } from "../errors/kfp-error.ts";
import type { ListAccess, WhoAmI } from "../resources/who-am-i.ts";
import type { DiagnosisPorts } from "./ports.ts";
import { failed, good, noted, type Probes, skipped } from "./probes.ts";

/** What somebody is refused who is connected, and what would allow it. */
export interface Refusal {
  readonly code: NonNullable<ListAccess["code"]>;
  readonly cause: string;
  readonly fix: string | undefined;
}

/**
 * Looks who is asking and what they may list.
 *
 * @returns what is refused first; undefined where nothing is.
 */
export async function probeAccess(
  found: FoundConnection,
  ports: DiagnosisPorts,
  probes: Probes,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const { connection } = found.connected;
  if (!connection.multiUser) {
    probes.note("identity", good("a server for a single user: nobody is asked who they are"));
    probes.note("namespace", ofSingleUser(connection));
    return undefined;
  }
  let refusal: Refusal | undefined;
  await probes.look("identity", async () => {
    try {
      const me = await ports.whoAmI(found, signal);
      refusal = noteAccess(me, connection, probes);
      const { user, from, code, reason } = me.identity;
      if (from === "nobody") return failed(`nobody: ${reason ?? "the server does not know who is asking"}`, code);
      return user === undefined ? noted("the server does not say for whom it takes the caller") : good(user);
    } catch (error) {
      if (!isKfpError(error)) throw error;
      probes.note("namespace", skipped("not reached"));
      refusal = { code: error.code, cause: error.message, fix: error.fix };
      return failed(error.message, error.code);
    }
  });
  return refusal;
}

/** What is known of both where there is no connection: a denial says whom it refuses, and where. */
export function noteWithout(error: KfpError | undefined, probes: Probes): void {
  const denial = error?.code === "PERMISSION_DENIED" ? readDenial(error.message) : undefined;
  probes.note("identity", denial === undefined ? skipped("not reached") : good(denial.user));
  const where = denial?.namespace;
  const refused = [denial?.verb, denial?.resource].filter((word) => word !== undefined).join(" ");
  probes.note(
    "namespace",
    where === undefined
      ? skipped("not reached")
      : failed(`${where}: not allowed${refused === "" ? "" : ` to ${refused}`}`, error?.code),
  );
}

function ofSingleUser({ namespace, namespaceFrom }: Connection) {
  return namespace === undefined
    ? good("not needed")
    : noted(
        `${namespace} (${namespaceFrom ?? "said"}); some versions refuse lists that name a namespace`,
        "NAMESPACE_NOT_SUPPORTED",
      );
}

function noteAccess({ identity, namespace, resources }: WhoAmI, { namespaceFrom }: Connection, probes: Probes) {
  const from = namespaceFrom === undefined ? "" : ` (${namespaceFrom.split("\n", 1)[0]})`;
  if (namespace === undefined) {
    probes.note("namespace", noted(`none is said${from}; most calls need one`, "NAMESPACE_REQUIRED"));
    return undefined;
  }
  const all = Object.entries(resources);
  const allowed = all.filter(([, { list }]) => list === "allowed").map(([name]) => name);
  const refused = all.filter(([, { list }]) => list === "denied");
  const may = allowed.length === 0 ? "nothing may be listed" : `${allowed.join(", ")} may be listed`;
  const [first] = refused;
  if (first === undefined) {
    probes.note("namespace", good(`${namespace}${from}: ${may}`));
    return undefined;
  }
  const names = refused.map(([name]) => name).join(", ");
  const code = first[1].code ?? "PERMISSION_DENIED";
  probes.note("namespace", failed(`${namespace}${from}: ${may}; not allowed: ${names}`, code));
  const who = identity.user ?? "whoever is asking";
  return {
    code,
    cause: `${who} may not list ${names} in the namespace ${namespace}: ${first[1].reason ?? "it is not allowed"}`,
    fix: first[1].fix,
  };
}
