import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What the parts of .ci/run run: one folder of test/ci each, with the program that the part has made ready. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ["test/ci/**/*.test.ts"],
      exclude: ["**/node_modules/**"],
      // Real programs start slowly, and they share two processors: one file after the other, with patience.
      fileParallelism: false,
      testTimeout: 120_000,
      hookTimeout: 180_000,
    },
  }),
);
