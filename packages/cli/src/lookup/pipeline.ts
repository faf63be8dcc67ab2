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
    async byName(name) {
      const named = await kfp.pipelines.list({ filter: filter("pipelines").where("name").equals(name) });
      if (named.items.length > 0) return named.items;
      return (await kfp.pipelines.list({ filter: filter("pipelines").where("displayName").equals(name) })).items;
    },
  });
}

/** Finds a version of a pipeline by its id, its name, or the name that people see. */
export function findVersion(kfp: Client, pipelineId: string, given: string): Promise<PipelineVersion> {
  return find(pipelineVersionKind, given, {
    byId: (id) => kfp.pipelineVersions.get(pipelineId, id),
    async byName(name) {
      const versions = kfp.pipelineVersions;
      const named = await versions.list(pipelineId, { filter: filter("pipelineVersions").where("name").equals(name) });
      if (named.items.length > 0) return named.items;
      const shown = filter("pipelineVersions").where("displayName").equals(name);
      return (await versions.list(pipelineId, { filter: shown })).items;
    },
  });
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
