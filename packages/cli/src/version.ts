import { readFileSync } from "node:fs";

/** The version of this package. Its package.json lies one folder above the sources, and above the bundle. */
export function ownVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
