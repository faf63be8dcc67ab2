import type { TypeTable } from "./type-table.ts";

/** What a toleration holds. */
export const schedulingTypes = {
  Toleration: { effect: "string", key: "string", operator: "string", tolerationSeconds: "int64?", value: "string" },
} as const satisfies TypeTable;
