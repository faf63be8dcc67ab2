import { int32, text } from "../messages/field.ts";

/** What every list takes. */
export const listQuery = {
  pageToken: text("Continues where the page that gave it ended."),
  pageSize: int32("How many at most, 1 to 200; 20 when left out."),
  sortBy: text('A field, or a field and "asc" or "desc".'),
  filter: text("A filter as JSON."),
} as const;

/** What lists within a namespace take. */
export const namespacedListQuery = { ...listQuery, namespace: text("The Kubernetes namespace.") } as const;

/** What lists of runs and recurring runs take. */
export const experimentListQuery = {
  ...namespacedListQuery,
  experimentId: text("Only those of this experiment."),
} as const;
