import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = new URL("./", import.meta.url);
const baseConfig = JSON.parse(readFileSync(new URL("tsconfig.base.json", root), "utf8"));
const sources = baseConfig.compilerOptions.paths as Record<string, [string]>;

/**
 * A package is tested from its sources. The compiler's own `paths` say where they are: one list for both. The names
 * are matched whole, because `@kfp-ts/api` would otherwise also catch `@kfp-ts/api/pipeline-spec`.
 */
const alias = Object.entries(sources).map(([name, [source]]) => ({
  find: new RegExp(`^${name.replaceAll("/", "\\/")}$`),
  replacement: fileURLToPath(new URL(source, root)),
}));

export default defineConfig({
  root: fileURLToPath(root),
  resolve: { alias },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // What needs Python, PostgreSQL, a browser or root has a configuration of its own: vitest.ci.config.ts; what needs a
    // Kubernetes control plane has vitest.cluster.config.ts.
    exclude: ["**/node_modules/**", "test/ci/**", "test/cluster/**"],
    setupFiles: ["test/nobodys-machine.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
