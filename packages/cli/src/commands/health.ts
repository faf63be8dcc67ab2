import { command } from "../command-line/command.ts";
import { printable } from "../output/printable.ts";
import { styleFor } from "../output/style.ts";
import { formatFacts } from "../output/table.ts";

/** `kfp-ts health`: whether a server is there, and which. */
export const health = command({
  name: "health",
  summary: "Tell whether the server is there, and what it is.",
  description: "It answers everybody: a good answer says nothing about what you may do there.",
  examples: ["health", "health --endpoint http://localhost:3000 --output json"],
  async run({ session, io }) {
    const kfp = await session.client();
    const { tagName, commitSha, multiUser, pipelineStore } = await kfp.healthz.get();
    const facts: ReadonlyArray<readonly [string, string]> = [
      ["Endpoint", kfp.host ?? ""],
      ["Version", tagName ?? ""],
      ["Commit", commitSha ?? ""],
      ["Mode", multiUser ? "multi-user: requests need an identity and a namespace" : "single-user"],
      ["Pipelines in", pipelineStore ?? ""],
    ];
    const shown = facts.map(([label, value]) => [label, printable(value)] as const);
    await session.printer.fact(formatFacts(shown, styleFor(io.stdout.isTerminal, io.env)), {
      endpoint: kfp.host ?? "",
      multi_user: multiUser,
      ...(tagName !== undefined && { tag_name: tagName }),
      ...(commitSha !== undefined && { commit_sha: commitSha }),
      ...(pipelineStore !== undefined && { pipeline_store: pipelineStore }),
    });
  },
});
