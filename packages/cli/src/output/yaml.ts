import type { Json } from "@kfp-ts/api";

/**
 * Writes a JSON value as YAML that YAML 1.1 readers (PyYAML) and YAML 1.2 readers take for the same: words such as
 * `yes` are quoted, lines are never folded.
 */
export async function formatYaml(value: Json): Promise<string> {
  const { dump } = await import("js-yaml");
  return dump(value, { lineWidth: -1, noRefs: true });
}
