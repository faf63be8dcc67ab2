import { invalidArgument } from "../errors/status-error.ts";

/** What a list without a page size gives. */
export const defaultPageSize = 20;
/** What a list gives at the most. */
export const maxPageSize = 200;

/**
 * The number of items on a page: 0 and absent mean the default, more than the most means the most.
 *
 * @throws StatusError INVALID_ARGUMENT for a negative number.
 */
export function pageSizeOf(pageSize: number | undefined): number {
  if (pageSize === undefined || pageSize === 0) return defaultPageSize;
  if (pageSize < 0) throw invalidArgument(`The page size should be greater than 0. Got ${pageSize}`);
  return Math.min(pageSize, maxPageSize);
}
