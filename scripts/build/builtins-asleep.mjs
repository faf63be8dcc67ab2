import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Lets the modules of Node itself sleep as well. An `import` of one, wherever it stands, ends up at the top of a bundle and is
 * loaded with it, also where only a module imports it that is asleep: `node:tls` and `node:dns` alone cost ten milliseconds of
 * each start. Asked for with `process.getBuiltinModule` they are loaded with whoever needs them.
 * @returns {import("esbuild").Plugin}
 */
export function builtinsAsleep() {
  return {
    name: "builtins-asleep",
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
        kind === "import-statement" ? { path, namespace: "builtin" } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: sourceOf(path), loader: "js" }));
    },
  };
}

/**
 * A module with everything that a module of Node exports. What nobody uses of it is dropped.
 * @param {string} name such as `node:fs`
 */
function sourceOf(name) {
  const exported = Object.keys(require(name)).filter((key) => /^[a-zA-Z_$][\w$]*$/.test(key) && key !== "default");
  return [
    `const it = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)});`,
    ...exported.map((key) => `export const ${key} = /* @__PURE__ */ (() => it.${key})();`),
    "export default it;",
  ].join("\n");
}
