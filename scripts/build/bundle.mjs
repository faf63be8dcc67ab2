import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import { inRoot } from "../workspace.mjs";
import { esbuildOptions } from "./bundles.mjs";

/**
 * Builds one bundle.
 * @param {import("./bundles.mjs").Bundle} bundle
 * @returns {Promise<string[]>} the source files inside, relative to the root of the checkout
 */
export async function buildBundle(bundle) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build(esbuildOptions(bundle));
  const output = metafile.outputs[bundle.outfile];
  const [file] = outputFiles ?? [];
  if (!output || !file) throw new Error(`esbuild gave nothing for ${bundle.outfile}`);
  checkImports(bundle, metafile);
  writeWhole(inRoot(bundle.outfile), file.contents, bundle.command ? 0o755 : 0o644);
  return Object.keys(output.inputs);
}

/**
 * Loading a bundle loads nothing else than Node itself; other files come with an `import()` when they are needed. A
 * bundle for browsers does not name Node at all. What is to stay asleep is not reached by any plain import.
 * @param {import("./bundles.mjs").Bundle} bundle
 * @param {import("esbuild").Metafile} metafile
 */
function checkImports(bundle, metafile) {
  for (const { path, kind } of metafile.outputs[bundle.outfile]?.imports ?? []) {
    if (bundle.platform === "browser" && isBuiltin(path))
      throw new Error(`${bundle.outfile}: ${path} is not in a browser`);
    const mayLoad = isBuiltin(path) || (bundle.loadsBeside && Object.values(bundle.beside ?? {}).includes(path));
    if (kind === "import-statement" && !mayLoad)
      throw new Error(`${bundle.outfile}: ${path} is loaded at the start; import it with import() where it is needed`);
  }
  const way = wayToLazy(bundle, metafile);
  if (way) throw new Error(`${bundle.outfile}: this must not run at the start: ${way.join(" imports ")}`);
}

/**
 * How loading the bundle would run a package that is to stay asleep.
 * @param {import("./bundles.mjs").Bundle} bundle
 * @param {import("esbuild").Metafile} metafile
 * @returns {string[] | undefined} the chain of files from the entry to it
 */
function wayToLazy(bundle, { inputs }) {
  const queue = [[bundle.entry]];
  const seen = new Set([bundle.entry]);
  for (const way of queue) {
    const file = way.at(-1) ?? "";
    if (bundle.lazy?.some((name) => file === name || file.includes(`node_modules/${name}/`))) return way;
    for (const { path, kind } of inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import" || seen.has(path)) continue;
      seen.add(path);
      queue.push([...way, path]);
    }
  }
  return undefined;
}

/**
 * Writes a file so that no reader ever sees half of it.
 * @param {string} path absolute
 * @param {string | Uint8Array} contents
 * @param {number} [mode]
 */
export function writeWhole(path, contents, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, contents);
  chmodSync(beside, mode);
  renameSync(beside, path);
}
