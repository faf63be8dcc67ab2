import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What `npm run test:cluster` runs, against the Kubernetes control plane that it has started. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ["test/cluster/**/*.test.ts"],
      exclude: ["**/node_modules/**"],
      // One control plane for all of them, on two processors: one file after the other, with patience.
      fileParallelism: false,
      testTimeout: 120_000,
      hookTimeout: 180_000,
    },
  }),
);
