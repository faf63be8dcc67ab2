import type { ParsedPipeline, PipelineSpec } from "@kfp-ts/api/pipeline-spec";
import { expect, test } from "vitest";
import { withCaching } from "../../src/package/caching.ts";
import { compiledPipeline } from "../helpers/packages.ts";

const pipeline: ParsedPipeline = { pipelineSpec: compiledPipeline() as PipelineSpec };

function options(parsed: ReturnType<typeof withCaching>) {
  const { root, components } = parsed.pipelineSpec;
  return [
    root?.dag?.tasks?.outer?.cachingOptions,
    root?.dag?.tasks?.condition?.cachingOptions,
    components?.["comp-condition"]?.dag?.tasks?.inner?.cachingOptions,
  ];
}

test("caching is overridden in every graph of tasks, also within a condition", () => {
  expect(options(withCaching(pipeline, { enableCaching: false }))).toEqual(Array(3).fill({ enableCache: false }));
});

test("a cache key alone is set, and leaves alone whether there is caching", () => {
  expect(options(withCaching(pipeline, { cacheKey: "k" }))).toEqual(
    Array(3).fill({ enableCache: true, cacheKey: "k" }),
  );
});

test("the pipeline that was given stays as it was", () => {
  const before = structuredClone(pipeline);
  withCaching(pipeline, { enableCaching: false, cacheKey: "k" });
  expect(pipeline).toEqual(before);
});
