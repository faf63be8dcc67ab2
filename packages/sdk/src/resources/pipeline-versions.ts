import { type NewPipelineVersion, operations, type PipelineVersion } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import { filter } from "../list/filter.ts";
import type { ListQuery } from "../list/list-query.ts";
import type { PageRequest } from "../list/page-request.ts";
import { onlyOne } from "./by-name.ts";
import { listOf, type ResourceContext } from "./context.ts";
import { nameWithTime } from "./default-name.ts";
import { pipelineIdOf } from "./pipeline-choice.ts";
import type { LabelChange, Pipelines } from "./pipelines.ts";
import type { NewVersionUpload } from "./upload-options.ts";
import { prepareUpload } from "./uploads.ts";

const table = operations.pipelineVersions;

/**
 * Versions of pipelines: compiled pipelines that never change.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const version = await kfp.pipelineVersions.upload({ path: "pipeline.yaml", pipelineName: "nightly", name: "v2" });
 * for await (const one of kfp.pipelineVersions.list(version.pipelineId)) console.log(one.name, one.createdAt);
 */
export class PipelineVersions {
  readonly #context: ResourceContext;
  readonly #pipelines: Pipelines;

  /** @internal Use {@link Client}. */
  constructor(context: ResourceContext, pipelines: Pipelines) {
    this.#context = context;
    this.#pipelines = pipelines;
  }

  /** Creates a version of a pipeline, which the server fetches from `packageUrl`. */
  create(pipelineId: string, version: NewPipelineVersion, options?: RequestOptions): Promise<PipelineVersion> {
    // The API wants the id in the body as well.
    return this.#context.caller.call(
      table.create,
      { params: { pipelineId }, body: { ...version, pipelineId } },
      options,
    );
  }

  /**
   * Creates a version of a pipeline from a compiled package.
   *
   * @throws KfpError NOT_FOUND when there is no pipeline of that name; nothing is sent then.
   */
  async upload(upload: NewVersionUpload, options?: RequestOptions): Promise<PipelineVersion> {
    const pipelineid = await pipelineIdOf(upload, upload.namespace, this.#pipelines, options);
    const { body, packageName, query } = await prepareUpload(upload, this.#context.platform);
    const name = upload.name ?? (packageName === undefined ? undefined : nameWithTime(packageName, new Date()));
    return this.#context.caller.call(table.upload, { query: { ...query, name, pipelineid }, upload: body }, options);
  }

  /** Gets a version by its pipeline's id and its own. */
  get(pipelineId: string, pipelineVersionId: string, options?: RequestOptions): Promise<PipelineVersion> {
    return this.#context.caller.call(table.get, { params: { pipelineId, pipelineVersionId } }, options);
  }

  /**
   * Gets a version by its pipeline's id and its own name.
   *
   * @throws KfpError NOT_FOUND
   */
  getByName(pipelineId: string, name: string, options?: RequestOptions): Promise<PipelineVersion> {
    const found = this.list(pipelineId, { filter: filter("pipelineVersions").where("name").equals(name) }, options);
    return onlyOne(found, (version) => version.name, name, `version of pipeline ${pipelineId}`);
  }

  /** Lists the versions of a pipeline: await it for a page, iterate over it for all. */
  list(
    pipelineId: string,
    query: ListQuery<"pipelineVersions"> = {},
    options?: RequestOptions,
  ): PageRequest<PipelineVersion> {
    const input = { query, params: { pipelineId } };
    return listOf(this.#context, table.list, input, (answer) => answer.pipelineVersions, options);
  }

  /** Changes the display name and the labels of a version. */
  update(
    pipelineId: string,
    pipelineVersionId: string,
    change: LabelChange,
    options?: RequestOptions,
  ): Promise<PipelineVersion> {
    return this.#context.caller.call(
      table.update,
      { params: { pipelineId, pipelineVersionId }, body: change },
      options,
    );
  }

  /** Deletes a version. */
  async delete(pipelineId: string, pipelineVersionId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.delete, { params: { pipelineId, pipelineVersionId } }, options);
  }
}
