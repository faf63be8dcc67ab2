import type { Access, Listable } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import type { ListQuery } from "../ports/store.ts";
import type { AccessControl } from "./access.ts";
import { type ListRequest, type ReceivedListQuery, readListRequest } from "./list-requests.ts";
import type { Namespaces } from "./namespaces.ts";
import type { PageTokens } from "./page-tokens.ts";
import type { RunExperiments } from "./run-experiments.ts";

/** What reading the request for a list of runs or of recurring runs takes. */
export interface RunListParts {
  readonly tokens: PageTokens;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly experiments: RunExperiments;
}

/** What is listed, and what has to be allowed for that. */
export interface RunListing {
  readonly kind: "run" | "recurring run";
  readonly listable: Listable;
  readonly access: Access;
}

/** What lists of runs and of recurring runs receive. */
export interface ReceivedRunListQuery extends ReceivedListQuery {
  readonly namespace?: string | undefined;
  readonly experimentId?: string | undefined;
}

/** A list of runs or of recurring runs that was asked for. */
export interface RunListRequest {
  readonly query: ListQuery & { readonly experimentId?: string | undefined; readonly namespace?: string | undefined };
  readonly nextPageToken: ListRequest["nextPageToken"];
}

/**
 * Reads what a list of runs or of recurring runs is asked for. Where an experiment is named, it decides, and the
 * namespace has no effect.
 *
 * @throws StatusError INVALID_ARGUMENT as every list does; NOT_FOUND where there is no such experiment; what
 * AccessControl throws.
 */
export async function readRunListRequest(
  { tokens, access, namespaces, experiments }: RunListParts,
  listing: RunListing,
  received: ReceivedRunListQuery,
  caller: Claims | undefined,
): Promise<RunListRequest> {
  const { kind, listable } = listing;
  const experimentId = received.experimentId || undefined;
  const namespace = experimentId === undefined ? namespaces.scopeOf(kind, received.namespace) : undefined;
  const request = await readListRequest(tokens, listable, received, experimentId ?? namespace ?? "");
  const experiment = experimentId === undefined ? undefined : await experiments.existing(experimentId);
  if (access !== undefined) {
    const where = experiment === undefined ? namespace : namespaces.of(kind, experiment.namespace);
    await access.demand(caller, listing.access, where ?? "");
  }
  const scope = experimentId === undefined ? { namespace } : { experimentId };
  return { query: { ...request.query, ...scope }, nextPageToken: request.nextPageToken };
}
