import type { ListColumn } from "@kfp-ts/api";
import type { ListQuery } from "../../ports/store.ts";
import { everything, type Scope } from "./counters.ts";

/** What can be restricted to an experiment and to a namespace. */
export interface ParentQuery extends ListQuery {
  readonly experimentId?: string | undefined;
  readonly namespace?: string | undefined;
}

const namespaceColumn: ListColumn = { column: "namespace", kind: "text" };

/** The experiment restricts first, because it is the narrower one; a namespace beside it is one more condition. */
export function restrictToParents(query: ParentQuery): { readonly query: ListQuery; readonly scope: Scope } {
  const { experimentId, namespace, filter } = query;
  if (experimentId === undefined) {
    return { query, scope: namespace === undefined ? everything : { kind: "namespace", id: namespace } };
  }
  const scope: Scope = { kind: "experiment", id: experimentId };
  if (namespace === undefined) return { query, scope };
  const predicates = [
    ...filter.predicates,
    { operation: "EQUALS", column: namespaceColumn, value: namespace } as const,
  ];
  return { query: { ...query, filter: { ...filter, predicates } }, scope };
}
