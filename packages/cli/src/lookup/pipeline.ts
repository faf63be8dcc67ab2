import type { Pipeline, PipelineVersion } from "@kfp-ts/api";
import { type Client, filter } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
import { pipelineKind } from "../resources/pipeline.ts";
import { pipelineVersionKind } from "../resources/pipeline-version.ts";
import { find, titleOf } from "./find.ts";

/** Finds a pipeline by its id, its name, or the name that people see. */
export function findPipeline(kfp: Client, given: string): Promise<Pipeline> {
  return find(pipelineKind, given, {
    byId: (id) => kfp.pipelines.get(id),
    byName(name) {
      const named = filter("pipelines").where("name").equals(name);
      const shown = filter("pipelines").where("displayName").equals(name);
      return firstOf(
        kfp.pipelines.list({ filter: named, sortBy: "createdAt desc" }),
        kfp.pipelines.list({ filter: shown, sortBy: "createdAt desc" }),
      );
    },
  });
}

/** Finds a version of a pipeline by its id, its name, or the name that people see. */
export function findVersion(kfp: Client, pipelineId: string, given: string): Promise<PipelineVersion> {
  return find(pipelineVersionKind, given, {
    byId: (id) => kfp.pipelineVersions.get(pipelineId, id),
    byName(name) {
      const named = filter("pipelineVersions").where("name").equals(name);
      const shown = filter("pipelineVersions").where("displayName").equals(name);
      return firstOf(
        kfp.pipelineVersions.list(pipelineId, { filter: named, sortBy: "createdAt desc" }),
        kfp.pipelineVersions.list(pipelineId, { filter: shown, sortBy: "createdAt desc" }),
      );
    },
  });
}

/** Everything in the first list; where that is empty, everything in the second, which is not asked for before. */
async function* firstOf<T>(first: AsyncIterable<T>, second: AsyncIterable<T>): AsyncGenerator<T> {
  let isEmpty = true;
  for await (const item of first) {
    isEmpty = false;
    yield item;
  }
  if (isEmpty) yield* second;
}

/**
 * The newest version of a pipeline.
 *
 * @throws CommandError where it has none.
 */
export async function latestVersion(kfp: Client, pipeline: Pipeline): Promise<PipelineVersion> {
  const page = await kfp.pipelineVersions.list(pipeline.pipelineId, { pageSize: 1, sortBy: "createdAt desc" });
  const [latest] = page.items;
  if (latest !== undefined) return latest;
  throw new CommandError(
    `The ${titleOf(pipelineKind, pipeline)} has no version yet.`,
    `kfp-ts versions upload FILE --pipeline ${pipeline.pipelineId}`,
  );
}
