import type { JsonObject, NewRun } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import { badArgument } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import { type CachingOverride, overridesCaching, withCaching } from "../package/caching.ts";
import { readCompiledPipeline } from "../package/compiled-pipeline.ts";
import type { Platform } from "../platform/platform.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import { pipelineIdOf } from "./pipeline-choice.ts";
import type { PipelineVersions } from "./pipeline-versions.ts";
import type { Pipelines } from "./pipelines.ts";

/**
 * A pipeline on the server, and which version of it: by id or by name, each; the latest where no version is said. The id
 * of a version alone says it all.
 *
 * @example
 * import type { VersionChoice } from "@kfp-ts/sdk";
 *
 * const latest: VersionChoice = { pipelineName: "nightly" };
 * const one: VersionChoice = { pipelineName: "nightly", versionName: "v2" };
 * console.log(latest, one);
 */
export type VersionChoice =
  | ({ readonly pipelineId: string; readonly pipelineName?: never } & OneVersion)
  | ({ readonly pipelineName: string; readonly pipelineId?: never } & OneVersion)
  | {
      readonly versionId: string;
      readonly versionName?: never;
      readonly pipelineId?: never;
      readonly pipelineName?: never;
    };

type OneVersion =
  | { readonly versionId?: string | undefined; readonly versionName?: never }
  | { readonly versionName?: string | undefined; readonly versionId?: never };

/** What a run or a recurring run is made from. */
export interface ResolvedSource {
  readonly source: Pick<NewRun, "pipelineSpec" | "pipelineVersionReference">;
  /** What the pipeline is called; asked for only where it is wanted. */
  name(): Promise<string>;
}

/** Finds out what runs are made from. */
export class RunSources {
  readonly #platform: Platform;
  readonly #pipelines: Pipelines;
  readonly #versions: PipelineVersions;

  constructor(platform: Platform, pipelines: Pipelines, versions: PipelineVersions) {
    this.#platform = platform;
    this.#pipelines = pipelines;
    this.#versions = versions;
  }

  /** A compiled package. */
  async fromPackage(given: PackageSource & CachingOverride): Promise<ResolvedSource> {
    const { parsed, name } = await readCompiledPipeline(given, this.#platform);
    const { pipelineSpecToStruct } = await import("@kfp-ts/api/pipeline-spec");
    const pipeline = overridesCaching(given) ? withCaching(parsed, given) : parsed;
    return { source: { pipelineSpec: pipelineSpecToStruct(pipeline) }, name: async () => name };
  }

  /**
   * A version on the server. With other caching than it has, its specification is taken as it is now, changed, and sent
   * along: a reference has no place for that.
   *
   * @param floats - What is made takes the latest version anew each time, so without a version there is no specification.
   */
  async fromPipeline(
    given: VersionChoice & CachingOverride & { readonly namespace?: string | undefined },
    floats: boolean,
    options: RequestOptions | undefined,
  ): Promise<ResolvedSource> {
    const { pipelineId, pipelineVersionId } = await this.#resolve(given, options);
    const name = async () => {
      if (given.pipelineName !== undefined) return given.pipelineName;
      return pipelineId === undefined ? "run" : (await this.#pipelines.get(pipelineId, options)).displayName;
    };
    if (!overridesCaching(given))
      return { source: { pipelineVersionReference: { pipelineId, pipelineVersionId } }, name };
    if (pipelineId === undefined) {
      throw badArgument("enableCaching and cacheKey need the pipeline of the version.", "Give pipelineId as well.");
    }
    if (floats && pipelineVersionId === undefined) {
      throw badArgument(
        "enableCaching and cacheKey need a version: without one, each run takes the latest as it is.",
        "Give versionId or versionName.",
      );
    }
    const struct = await this.#specOf(pipelineId, pipelineVersionId, options);
    return {
      source: (await this.fromPackage({ spec: struct, enableCaching: given.enableCaching, cacheKey: given.cacheKey }))
        .source,
      name,
    };
  }

  async #resolve(
    given: VersionChoice & { readonly namespace?: string | undefined },
    options: RequestOptions | undefined,
  ) {
    const { versionId, versionName } = given;
    if (versionId !== undefined && versionName !== undefined) {
      throw badArgument("versionId and versionName exclude each other.", "Give one of them.");
    }
    if (versionId === "" || versionName === "")
      throw badArgument("The version is empty.", "Leave it out to take the latest.");
    if (given.pipelineId === undefined && given.pipelineName === undefined && versionId !== undefined) {
      return { pipelineId: undefined, pipelineVersionId: versionId };
    }
    const pipelineId = await pipelineIdOf(given, given.namespace, this.#pipelines, options);
    if (versionName === undefined) return { pipelineId, pipelineVersionId: versionId };
    const version = await this.#versions.getByName(pipelineId, versionName, options);
    return { pipelineId, pipelineVersionId: version.pipelineVersionId };
  }

  async #specOf(
    pipelineId: string,
    versionId: string | undefined,
    options: RequestOptions | undefined,
  ): Promise<JsonObject> {
    const version =
      versionId === undefined
        ? (await this.#versions.list(pipelineId, { sortBy: "createdAt desc", pageSize: 1 }, options)).items[0]
        : await this.#versions.get(pipelineId, versionId, options);
    if (version?.pipelineSpec !== undefined) return version.pipelineSpec;
    throw new KfpError("NOT_FOUND", { message: `The pipeline ${pipelineId} has no version with a specification.` });
  }
}
