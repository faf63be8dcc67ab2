import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { inRoot } from "../workspace.mjs";
import { writeWhole } from "./bundle.mjs";

/** The pages of docs/errors in one file beside the command, by their codes: `kfp-ts explain` shows them. */
export function writeErrorPages() {
  const folder = inRoot("docs/errors");
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => [basename(name, ".md"), readFileSync(`${folder}/${name}`, "utf8")]);
  writeWhole(inRoot("packages/cli/dist/errors.json"), `${JSON.stringify(Object.fromEntries(pages))}\n`);
}
