import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const page = fileURLToPath(new URL("../../../../../shared/seed/connect-api.md", import.meta.url));

/** Whether the documentation of Kubeflow that the manifests are of lies beside the checkout. */
export const hasPage = existsSync(page);

/** The YAML of the documentation of Kubeflow, by kind. */
export function manifestOfPage(kind: string): unknown {
  const blocks = [...readFileSync(page, "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)];
  return blocks
    .map(([, text]) => parse(text ?? "") as { kind?: string } | null)
    .find((object) => object?.kind === kind);
}
