import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout, with a slash at its end. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * The text of a file of the checkout.
 * @param path relative to the root
 */
export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/**
 * The files below a folder of the checkout, relative to its root, sorted; none where the folder is missing.
 * @param folder relative to the root
 * @param ending how the names of the wanted files end
 */
export function filesBelow(folder: string, ending = ""): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** A package.json, as far as the tests here ask it. */
export type PackageJson = {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly exports?: Readonly<Record<string, { readonly default?: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};

/**
 * The package.json of a folder.
 * @param folder relative to the root; empty for the root itself
 */
export const packageJson = (folder: string): PackageJson => JSON.parse(read(join(folder, "package.json")));
