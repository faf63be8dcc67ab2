import {
  type FilterOperation,
  type Listable,
  listableExperiment,
  listablePipeline,
  listablePipelineVersion,
  listableRecurringRun,
  listableRun,
  parseTimestamp,
  snakeCase,
} from "@kfp-ts/api";
import { UsageError } from "../command-error.ts";

/** A condition as the API spells it. */
interface Condition {
  readonly operation: FilterOperation;
  readonly key: string;
  readonly string_value?: string;
  readonly timestamp_value?: string;
}

const OPERATIONS: Readonly<Record<string, FilterOperation>> = {
  "=": "EQUALS",
  "!=": "NOT_EQUALS",
  "~": "IS_SUBSTRING",
  ">": "GREATER_THAN",
  ">=": "GREATER_THAN_EQUALS",
  "<": "LESS_THAN",
  "<=": "LESS_THAN_EQUALS",
};
const HOW =
  'write key=value, key!=value, key~part, key<value, key>value, or the JSON of the API ({"predicates": [...]})';

/**
 * Makes the filter of a list out of what `--filter` was given, several times perhaps: all conditions have to hold.
 *
 * Each is either the JSON of the API, or a key, an operator and a value: `state=FAILED`, `name~nightly`,
 * `created_at>=2026-01-31T12:00:00Z`. Keys can be spelled in camelCase too; instants can be days.
 *
 * @param kind - What is listed: it says which keys are instants.
 * @returns the filter as JSON text; undefined where there is nothing to filter by.
 * @throws UsageError for a filter that cannot be read.
 */
export function filterOf(kind: FilterKind, filters: readonly string[]): string | undefined {
  if (filters.length === 0) return undefined;
  const predicates = filters.flatMap((filter) =>
    filter.trimStart().startsWith("{") ? predicatesIn(filter) : [readCondition(listables[kind], filter)],
  );
  return JSON.stringify({ predicates });
}

const listables = {
  experiments: listableExperiment,
  pipelines: listablePipeline,
  versions: listablePipelineVersion,
  runs: listableRun,
  recurringRuns: listableRecurringRun,
} as const;

/** A kind of list. */
export type FilterKind = keyof typeof listables;

function predicatesIn(filter: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(filter);
  } catch (error) {
    throw new UsageError(`The filter ${filter} is not JSON: ${(error as Error).message}.`);
  }
  const { predicates = [], ...rest } = parsed as { predicates?: unknown };
  if (!Array.isArray(predicates) || Object.keys(rest).length > 0) {
    throw new UsageError(`The filter ${filter} is not of the form {"predicates": [...]}.`);
  }
  return predicates;
}

function readCondition(listable: Listable, filter: string): Condition {
  const [, spelled = "", operator = "", value = ""] =
    /^\s*([\w.\-/]+?)\s*(!=|>=|<=|=|~|>|<)\s*(.*)$/s.exec(filter) ?? [];
  const operation = OPERATIONS[operator];
  if (operation === undefined) throw new UsageError(`"${filter}" is not a filter; ${HOW}.`);
  // The part of a tag behind the dot is the user's own word.
  const key = spelled.startsWith("tags.") ? spelled : snakeCase(spelled);
  const instant = Object.hasOwn(listable.keys, key) && listable.keys[key]?.kind === "instant";
  if (!instant) return { operation, key, string_value: value };
  const date = parseTimestamp(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value);
  if (date === undefined) {
    throw new UsageError(
      `"${filter}": ${key} is an instant, and "${value}" is none; write a day or an instant like 2026-01-31T12:00:00Z.`,
    );
  }
  return { operation, key, timestamp_value: date.toISOString() };
}
