import type { Difference, Differences } from "./differences.ts";

/** The differences as they stand in docs/compatibility.md: for each reason a table of scenarios, steps and answers. */
export function differencesTable({ reasons, differences }: Differences): string {
  const sections = Object.entries(reasons).map(([key, reason]) => {
    const rows = differences.filter((difference) => difference.reason === key).map(rowOf);
    return [`${reason}\n`, "| scenario | step | answered here |", "|---|---|---|", ...rows].join("\n");
  });
  return sections.join("\n\n");
}

function rowOf({ scenario, step, instead }: Difference): string {
  const { status, userMessage, errorMessage, text, body } = instead;
  const said = userMessage ?? errorMessage ?? text ?? stateOf(body);
  return `| ${scenario} | ${step} | ${status}${said === undefined ? "" : ` ${said.replaceAll("<any>", "…").trim()}`} |`;
}

function stateOf(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (body === undefined) return undefined;
  return typeof body.state === "string" ? `with the state ${body.state}` : "and nothing in it";
}
