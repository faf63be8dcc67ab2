import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../../../shared/seed/connect-api.md", import.meta.url));

/** Whether the page lies beside the checkout. */
export const hasPage = existsSync(page);

/** The Python snippets of one section of the page, exactly as they stand there. */
export function pythonSnippets(section: string): string[] {
  const text = readFileSync(page, "utf8");
  const start = text.indexOf(`\n## ${section}`);
  if (start < 0) throw new Error(`the page has no section "${section}"`);
  const end = text.indexOf("\n## ", start + 1);
  const body = text.slice(start, end < 0 ? undefined : end);
  return [...body.matchAll(/```python\n([\s\S]*?)```/g)].map((match) => match[1] as string);
}

/** The same snippet with the SDK: the file that fixes the names which users type first. */
export function example(name: string): string {
  return fileURLToPath(new URL(`../../../../shared/examples/${name}`, import.meta.url));
}
