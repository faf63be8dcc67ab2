import type { Differences } from "./differences.ts";

/** The differences as they stand in docs/poddefaults.md: for each reason a table of cases. */
export function differencesTable({ reasons, differences }: Differences): string {
  return Object.entries(reasons)
    .map(([key, reason]) => {
      const rows = differences
        .filter((difference) => difference.reason === key)
        .map((difference) => `| ${difference.case} | ${difference.kubeflow} | ${difference.here} |`);
      return [`${reason}\n`, "| case | Kubeflow's webhook | this one |", "|---|---|---|", ...rows].join("\n");
    })
    .join("\n\n");
}
