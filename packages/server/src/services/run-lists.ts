import type { Listable } from "@kfp-ts/api";
import type { ListQuery } from "../ports/store.ts";
import { type ListRequest, type ReceivedListQuery, readListRequest } from "./list-requests.ts";
import type { Namespaces } from "./namespaces.ts";
import type { PageTokens } from "./page-tokens.ts";
import type { RunExperiments } from "./run-experiments.ts";

/** What reading the request for a list of runs or of recurring runs takes. */
export interface RunListParts {
  readonly tokens: PageTokens;
  readonly namespaces: Namespaces;
  readonly experiments: RunExperiments;
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
 * @throws StatusError INVALID_ARGUMENT as every list does; NOT_FOUND where there is no such experiment.
 */
export async function readRunListRequest(
  { tokens, namespaces, experiments }: RunListParts,
  listable: Listable,
  received: ReceivedRunListQuery,
): Promise<RunListRequest> {
  const namespace = namespaces.scopeOf(received.namespace);
  const experimentId = received.experimentId || undefined;
  const request = await readListRequest(tokens, listable, received, experimentId ?? namespace ?? "");
  if (experimentId !== undefined) await experiments.existing(experimentId);
  const scope = experimentId === undefined ? { namespace } : { experimentId };
  return { query: { ...request.query, ...scope }, nextPageToken: request.nextPageToken };
}
