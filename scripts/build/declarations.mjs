import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { runCommand } from "../run-command.mjs";
import { inRoot } from "../workspace.mjs";
import { writeWhole } from "./bundle.mjs";
import { declarations } from "./bundles.mjs";

/**
 * Where the compiler wrote the types of each package: `build` beside the `src` that the compiler's own paths name.
 * @type {Map<string, string>}
 */
const builtTypes = new Map(
  Object.entries(JSON.parse(readFileSync(inRoot("tsconfig.base.json"), "utf8")).compilerOptions.paths).map(
    ([name, [source]]) => [name, inRoot(source.replace("/src/", "/build/").replace(/\.ts$/, ".d.ts"))],
  ),
);

/** @type {import("rollup").Plugin} */
const resolveTypes = {
  name: "types-of-the-workspace",
  resolveId(source, importer) {
    const place = builtTypes.get(source);
    if (place) return place;
    if (!importer || !source.startsWith(".")) return null;
    const declared = resolve(dirname(importer), source.replace(/\.ts$/, ".d.ts"));
    return existsSync(declared) ? declared : null;
  },
};

/** Compiles the types of the SDK and rolls them, with what they use of the contract, into one file. */
export async function buildDeclarations() {
  await runCommand(process.execPath, [inRoot("node_modules/typescript/bin/tsc"), "-b", declarations.project]);
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const bundle = await rollup({
    input: inRoot(declarations.entry),
    external: (name) => name.startsWith("node:"),
    plugins: [resolveTypes, dts()],
    onwarn(warning) {
      throw new Error(`${declarations.outfile}: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({ format: "es" });
  const { code } = output[0];
  const referred = code.replaceAll(/\/\*[\s\S]*?\*\//g, "").match(/["']@kfp-ts\/[^"']*["']/)?.[0];
  if (referred) throw new Error(`${declarations.outfile} refers to ${referred}, which is not published`);
  writeWhole(inRoot(declarations.outfile), libraries(code) + code);
}

/**
 * What the types need of TypeScript itself beyond what most projects ask for. The name by which `await using` finds what
 * closes something is younger than the years that they name in `lib`.
 */
function libraries(/** @type {string} */ code) {
  return code.includes("[Symbol.asyncDispose]") ? '/// <reference lib="esnext.disposable" />\n' : "";
}
