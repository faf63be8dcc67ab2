/** The operations of the filter language, with the number of each on the wire; there is no 4. */
export const filterOperations = {
  EQUALS: 1,
  NOT_EQUALS: 2,
  GREATER_THAN: 3,
  GREATER_THAN_EQUALS: 5,
  LESS_THAN: 6,
  LESS_THAN_EQUALS: 7,
  IN: 8,
  IS_SUBSTRING: 9,
} as const;

/** An operation of the filter language. */
export type FilterOperation = keyof typeof filterOperations;
