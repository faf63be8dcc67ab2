import { UsageError } from "../command-error.ts";

/** A service account, as people write it: `team-a/default-editor`. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads `namespace/name`, or how Kubernetes spells the user: `system:serviceaccount:namespace:name`. */
export function readServiceAccount(text: string): ServiceAccountName {
  const [, namespace, name] =
    /^(?:system:serviceaccount:)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[/:]([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/.exec(text) ??
    [];
  if (namespace !== undefined && name !== undefined) return { namespace, name };
  throw new UsageError(`"${text}" is no service account.`, "Say it with its namespace: team-a/default-editor");
}
