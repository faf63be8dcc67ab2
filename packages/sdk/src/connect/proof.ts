import type { Endpoint } from "../endpoint.ts";
import { readDenial } from "../errors/denial.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import type { Asker } from "../recognition/asker.ts";
import { NAMESPACE_OF_NOBODY } from "../resources/who-am-i.ts";
import type { TargetNamespace } from "./target.ts";

/** As whom a server for many users takes the caller, and where. */
export interface Proof {
  readonly identity: string | undefined;
  readonly namespace: string | undefined;
  readonly namespaceFrom: string;
  /** Until when the token is valid that was sent. */
  readonly tokenEnd: Date | undefined;
}

/**
 * Asks a server for many users for one experiment: that a health check is answered proves nothing.
 *
 * A refusal in a namespace that was said is an error, and its fix is the RoleBinding: whoever names a namespace wants to
 * work there, and had better know at once. One that was only assumed (the pod's own) stays, with the refusal in
 * `namespaceFrom`: it may be enough to start runs, and calls that are refused say the same again.
 *
 * @param namespace - The one to work in; where there is none, that of the service account is tried.
 * @throws KfpError where the caller is not known, or nothing is allowed in a namespace that was said.
 */
export async function prove(asker: Asker, endpoint: Endpoint, namespace: TargetNamespace | undefined): Promise<Proof> {
  const token = await asker.tokenFacts(endpoint);
  const tokenEnd = token?.expiresAt;
  const ofToken = token?.email ?? token?.subject;
  if (namespace === undefined) {
    const account = /^system:serviceaccount:([a-z0-9-]+):/.exec(token?.subject ?? "")?.[1];
    const refusal = await asker.experiments(endpoint, account ?? NAMESPACE_OF_NOBODY);
    const identity = named(refusal) ?? ofToken;
    if (account !== undefined && refusal === undefined) {
      return { identity, tokenEnd, namespace: account, namespaceFrom: "the namespace of the service account" };
    }
    const why =
      account === undefined
        ? "none: nothing says which one"
        : `none: nothing says which one, and in ${account}, the namespace of the service account, nothing is allowed`;
    return { identity, tokenEnd, namespace: undefined, namespaceFrom: `${why}. Say it: connect({ namespace })` };
  }
  const refusal = await asker.experiments(endpoint, namespace.name);
  const denied = named(refusal);
  if (refusal !== undefined && namespace.said) throw refusal;
  if (denied !== undefined) {
    const namespaceFrom = `${namespace.from}; ${denied} may not list experiments there. ${refusal?.fix ?? ""}`.trim();
    return { identity: denied, tokenEnd, namespace: namespace.name, namespaceFrom };
  }
  // A session says nothing to its client; what is refused to everybody names whom it was refused to.
  const identity = ofToken ?? named(await asker.experiments(endpoint, NAMESPACE_OF_NOBODY));
  return { identity, tokenEnd, namespace: namespace.name, namespaceFrom: namespace.from };
}

/**
 * Whom a refusal names; undefined where there was none.
 *
 * @throws the refusal, where it is about something else.
 */
function named(refusal: KfpError | undefined): string | undefined {
  if (refusal === undefined) return undefined;
  if (refusal.code !== "PERMISSION_DENIED") throw refusal;
  return readDenial(refusal.message)?.user ?? "somebody whom the server does not name";
}
