import { invalidArgument } from "../errors/status-error.ts";
import { FilterMessageError, type ReceivedPredicate, type ReceivedValue, readFilterMessage } from "./filter-message.ts";
import type { FilterOperation } from "./filter-operations.ts";
import type { Listable, ListColumn } from "./listable.ts";

export { type FilterOperation, filterOperations } from "./filter-operations.ts";

/** One condition on a column. Instants are in whole seconds since 1970. */
export interface Predicate {
  readonly operation: FilterOperation;
  readonly column: ListColumn;
  /** One value, or the values of IN. */
  readonly value: FilterValue | readonly FilterValue[];
}

/** A value that a column is compared with. */
export type FilterValue = string | number;

/** One condition on a tag. */
export interface TagPredicate {
  readonly tag: string;
  readonly value: string;
}

/** What a list is restricted to: all of the conditions hold. */
export interface Filter {
  readonly predicates: readonly Predicate[];
  readonly tags: readonly TagPredicate[];
}

/** A filter that restricts nothing. */
export const noFilter: Filter = { predicates: [], tags: [] };

/** How much of an unreadable filter an error repeats. */
const MAX_QUOTED = 1000;

/**
 * Reads the filter of a list query: JSON, or JSON that is percent-encoded once more, as some clients send it.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's texts, and behind them where the mistake is.
 */
export function parseFilter(listable: Listable, filter: string | undefined): Filter {
  if (filter === undefined || filter === "") return noFilter;
  const received = readMessage(listable, filter);
  const isTag = ({ key }: ReceivedPredicate) => listable.tags && key.startsWith("tags.");
  const tags = received.filter(isTag).map(tagPredicateOf);
  const conditions = received.filter((one) => !isTag(one)).map(conditionOf);
  for (const condition of conditions) checkOperation(condition);
  return { predicates: conditions.map((condition) => predicateOf(listable, condition)), tags };
}

function readMessage(listable: Listable, filter: string): readonly ReceivedPredicate[] {
  try {
    return readFilterMessage(filter);
  } catch (error) {
    if (!(error instanceof FilterMessageError)) throw error;
    const quoted = filter.length > MAX_QUOTED ? `${filter.slice(0, MAX_QUOTED)}…` : filter;
    const what = listable.tags
      ? "failed to parse filter spec"
      : `failed to parse valid filter from ${JSON.stringify(quoted)}`;
    throw invalidArgument(`${what}: ${error.message}`, { cause: error });
  }
}

function tagPredicateOf({ operation, key, value }: ReceivedPredicate): TagPredicate {
  if (operation !== "EQUALS") {
    throw invalidArgument(
      `only EQUALS operation is supported for tag filtering, got ${operation ?? "OPERATION_UNSPECIFIED"} for key "${key}"`,
    );
  }
  if (value?.field !== "string_value") throw invalidArgument(`tag filter value must be a string for key "${key}"`);
  return { tag: key.slice("tags.".length), value: value.value };
}

/** A predicate that has all its parts. */
interface Condition {
  readonly operation: FilterOperation;
  readonly key: string;
  readonly value: ReceivedValue;
}

/** The texts name types of upstream's language; clients compare them, so they are given as they are. */
function conditionOf({ operation, key, value }: ReceivedPredicate): Condition {
  if (operation === undefined) {
    throw invalidArgument("Error using Filter.Predicate.Operation with go_client.Predicate_Operation");
  }
  if (value === undefined) throw invalidArgument("Error using Filter.Predicate.Value with <nil>");
  if (key === "") {
    throw invalidArgument(`Predicate key cannot be empty for operation ${operation} and value ${goText(value.value)}`);
  }
  return { operation, key, value };
}

const goTypes = {
  int_value: "int32",
  long_value: "int64",
  timestamp_value: "int64",
  string_value: "string",
  int_values: "[]int32",
  long_values: "[]int64",
  string_values: "[]string",
} as const;

function checkOperation({ operation, value }: Condition): void {
  const type = goTypes[value.field];
  const isList = type.startsWith("[]");
  if (operation === "IN" && !isList) throw invalidArgument(`cannot use IN operator with scalar type ${type}`);
  if (operation === "IS_SUBSTRING" && type !== "string") {
    throw invalidArgument(`cannot use non string value type string with operator ${goText(value.value)}`);
  }
  if (operation !== "IN" && isList) {
    throw invalidArgument(`cannot use scalar operator ${operation} on array type ${type}`);
  }
}

/** A value as Go prints it. */
function goText(value: FilterValue | readonly FilterValue[]): string {
  return Array.isArray(value) ? `[${value.join(" ")}]` : String(value);
}

function predicateOf(listable: Listable, { operation, key, value: { value } }: Condition): Predicate {
  const column = Object.hasOwn(listable.keys, key) ? listable.keys[key] : undefined;
  if (column === undefined) throw invalidArgument(`no support for filtering on unrecognized field "${key}"`);
  checkKind(column, key, value);
  return { operation, column, value };
}

/** Texts are compared with texts and instants with instants: what a database would make of the rest differs. */
function checkKind(column: ListColumn, key: string, value: FilterValue | readonly FilterValue[]): void {
  const values = Array.isArray(value) ? (value as readonly FilterValue[]) : [value as FilterValue];
  const wanted = column.kind === "text" ? "string" : "number";
  if (values.some((one) => typeof one !== wanted)) {
    const give = column.kind === "text" ? "string_value or string_values" : "timestamp_value, or long_value in seconds";
    throw invalidArgument(`filter: ${key} is compared with ${give}`);
  }
}
