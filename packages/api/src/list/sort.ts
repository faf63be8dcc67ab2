import { invalidArgument } from "../errors/status-error.ts";
import type { Listable, ListColumn } from "./listable.ts";

/** How a list is sorted. The id is always the last criterion. */
export interface Sort {
  readonly key: string;
  readonly column: ListColumn;
  readonly descending: boolean;
}

/**
 * Reads `sort_by`: a key, or a key and `asc` or `desc`, in any case. By time of creation when it is empty.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's texts.
 */
export function parseSort(listable: Listable, sortBy: string | undefined): Sort {
  const given = sortBy ?? "";
  const words = given
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const [key = "created_at", direction = "asc"] = words;
  if (words.length > 2 || (direction !== "asc" && direction !== "desc")) {
    throw invalidArgument(
      `Received invalid sort by format "${given}". Supported format: "field_name", "field_name desc", or "field_name asc"`,
    );
  }
  const column = Object.hasOwn(listable.keys, key) ? listable.keys[key] : undefined;
  if (column === undefined) {
    throw invalidArgument(`Invalid sorting field: "${key}" on listable type ${listable.name}`);
  }
  return { key, column, descending: direction === "desc" };
}
