import {
  type NewPipeline,
  type NewPipelineVersion,
  operations,
  type Pipeline,
  type PipelineVersion,
} from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { filter } from "../list/filter.ts";
import type { NamespacedListQuery } from "../list/list-query.ts";
import type { PageRequest } from "../list/page-request.ts";
import { notFound, onlyOne } from "./by-name.ts";
import { listOf, type ResourceContext } from "./context.ts";
import type { ByName } from "./experiments.ts";
import type { PipelineVersions } from "./pipeline-versions.ts";
import type { NewUpload, NewVersionUpload } from "./upload-options.ts";
import { prepareUpload } from "./uploads.ts";

const table = operations.pipelines;

/**
 * What can be changed about a pipeline, and about a version of one. What is left out stays as it is.
 *
 * @example
 * import { Client, type LabelChange } from "@kfp-ts/sdk";
 *
 * const change: LabelChange = { displayName: "Nightly", tags: { team: "vision" } };
 * console.log((await new Client({ host: "http://localhost:3000" }).pipelines.update("some-id", change)).tags);
 */
export interface LabelChange {
  readonly displayName?: string | undefined;
  /** All labels anew; an empty object takes them all away. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Names under which versions of a compiled pipeline are kept.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const pipeline = await kfp.pipelines.upload({ path: "pipeline.yaml", name: "nightly" });
 * console.log(pipeline.pipelineId, (await kfp.pipelines.getByName("nightly")).createdAt);
 */
export class Pipelines {
  readonly #context: ResourceContext;
  readonly #versions: () => PipelineVersions;

  /** @internal Use {@link Client}. */
  constructor(context: ResourceContext, versions: () => PipelineVersions) {
    this.#context = context;
    this.#versions = versions;
  }

  /** Creates a pipeline without a version. */
  create(pipeline: NewPipeline, options?: RequestOptions): Promise<Pipeline> {
    const namespace = pipeline.namespace ?? this.#context.namespace;
    return this.#context.caller.call(table.create, { body: { ...pipeline, namespace } }, options);
  }

  /** Creates a pipeline and its first version, which the server fetches from `packageUrl`. */
  createWithVersion(pipeline: NewPipeline, version: NewPipelineVersion, options?: RequestOptions): Promise<Pipeline> {
    const namespace = pipeline.namespace ?? this.#context.namespace;
    const body = { pipeline: { ...pipeline, namespace }, pipelineVersion: version };
    return this.#context.caller.call(table.createWithVersion, { body }, options);
  }

  /**
   * Creates a pipeline and its first version from a compiled package: a file, its content, or the pipeline itself.
   *
   * @throws KfpError ALREADY_EXISTS, INVALID_REQUEST from the server; FILE_UNREADABLE, BAD_PACKAGE from here.
   */
  async upload(upload: NewUpload, options?: RequestOptions): Promise<Pipeline> {
    const { body, packageName, query } = await prepareUpload(upload, this.#context.platform);
    const name = upload.name ?? packageName;
    const namespace = upload.namespace ?? this.#context.namespace;
    return this.#context.caller.call(table.upload, { query: { ...query, name, namespace }, upload: body }, options);
  }

  /** The same as `pipelineVersions.upload`. */
  uploadVersion(upload: NewVersionUpload, options?: RequestOptions): Promise<PipelineVersion> {
    return this.#versions().upload(upload, options);
  }

  /** Gets a pipeline by its id. */
  get(pipelineId: string, options?: RequestOptions): Promise<Pipeline> {
    return this.#context.caller.call(table.get, { params: { pipelineId } }, options);
  }

  /**
   * Gets a pipeline by its name.
   *
   * @throws KfpError NOT_FOUND, also when the only one of that name is in another namespace.
   */
  async getByName(name: string, where: ByName = {}, options?: RequestOptions): Promise<Pipeline> {
    const namespace = where.namespace ?? this.#context.namespace;
    // Gateways take some characters of a path for something else; such a name is looked for in the list.
    if (!/^[\w .~-]+$/.test(name) || /^\.+$/.test(name)) {
      const found = this.list({ filter: filter("pipelines").where("name").equals(name), namespace }, options);
      return onlyOne(found, (pipeline) => pipeline.name, name, "pipeline", namespace);
    }
    const input = { params: { name }, query: { namespace } };
    const pipeline = await this.#context.caller.call(table.getByName, input, options).catch((error: unknown) => {
      throw isKfpError(error) && error.code === "NOT_FOUND" ? notFound("pipeline", name, namespace, error) : error;
    });
    // Some servers give the newest one of any namespace.
    if (pipeline.namespace && pipeline.namespace !== namespace) throw notFound("pipeline", name, namespace);
    return pipeline;
  }

  /** Lists pipelines: of a namespace, or, without one, those that all share. Await it for a page, iterate for all. */
  list(query: NamespacedListQuery<"pipelines"> = {}, options?: RequestOptions): PageRequest<Pipeline> {
    const more = { namespace: query.namespace ?? this.#context.namespace };
    return listOf(this.#context, table.list, { query, more }, (answer) => answer.pipelines, options);
  }

  /** Changes the display name and the labels of a pipeline. */
  update(pipelineId: string, change: LabelChange, options?: RequestOptions): Promise<Pipeline> {
    return this.#context.caller.call(table.update, { params: { pipelineId }, body: change }, options);
  }

  /**
   * Deletes a pipeline.
   *
   * @param how - `cascade` deletes its versions as well; a pipeline that has some is refused without.
   */
  async delete(pipelineId: string, how: { readonly cascade?: boolean } = {}, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.delete, { params: { pipelineId }, query: { cascade: how.cascade } }, options);
  }
}
