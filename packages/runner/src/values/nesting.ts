import type { Json } from "@kfp-ts/api";

/** How deep the lists and mappings of a value may nest. Python reads no more either, and writing more down takes the stack. */
export const MAX_NESTING = 1000;

/** Whether a value nests deeper than values may. */
export function nestsTooDeep(value: Json | undefined, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === MAX_NESTING) return true;
  const items: readonly (Json | undefined)[] = Array.isArray(value) ? value : Object.values(value);
  return items.some((item) => nestsTooDeep(item, depth + 1));
}
