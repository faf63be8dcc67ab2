import {
  type Access,
  invalidArgument,
  listablePipeline,
  notFound,
  operations,
  type Pipeline,
  StatusError,
} from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { PipelineRecord, PipelineVersionRecord, Store } from "../ports/store.ts";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers, UploadedFile } from "./handlers.ts";
import type { NewId } from "./ids.ts";
import { readListRequest } from "./list-requests.ts";
import { checkDescription, checkDisplayName, checkLength } from "./names.ts";
import type { Namespaces } from "./namespaces.ts";
import { checkPackageUrl, invalidPackageUrlOfPipeline } from "./package-urls.ts";
import type { Package } from "./packages.ts";
import type { PageTokens } from "./page-tokens.ts";
import { pipelineOf } from "./pipeline-messages.ts";
import { checkTags } from "./tags.ts";

const rights = rightsOf(operations.pipelines);

/** The handlers of pipelines, except the upload. */
export function pipelineHandlers(options: {
  readonly store: Pick<Store, "pipelines">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly tokens: PageTokens;
  readonly fetchPackage: (url: string) => Promise<UploadedFile>;
  readonly readPackage: (file: UploadedFile) => Promise<string>;
  readonly parsePackage: (text: string) => Promise<Package>;
}): Omit<Handlers["pipelines"], "upload"> {
  const { access, clock, newId, namespaces, tokens, fetchPackage, readPackage, parsePackage } = options;
  const { pipelines } = options.store;

  /** The names of a new pipeline; each of the two stands in for the other. */
  function newPipeline(given: NewPipelineFields, fallbackName = ""): PipelineRecord {
    const name = given.name || given.displayName || fallbackName;
    const displayName = given.displayName || name;
    checkLength("Pipeline.Name", name);
    checkLength("Pipeline.Namespace", given.namespace ?? "");
    checkDisplayName(displayName);
    checkDescription(given.description);
    return {
      pipelineId: newId(),
      name,
      displayName,
      description: given.description ?? "",
      namespace: namespaces.of("pipeline", given.namespace),
      createdAt: secondsOf(clock),
      tags: given.tags ?? {},
    };
  }

  /** The pipeline, where the caller may do that with it. Whether it exists is told first, as upstream does. */
  async function permitted(caller: Claims | undefined, right: Access, id: string): Promise<PipelineRecord> {
    const record = await pipelines.get(id);
    if (record === undefined) throw notFound("Pipeline", id);
    if (access !== undefined) await access.demand(caller, right, record.namespace, record.name);
    return record;
  }

  async function insert(record: PipelineRecord, version?: PipelineVersionRecord): Promise<Pipeline> {
    if (await pipelines.insert(record, version)) return pipelineOf(record);
    throw pipelineNameTaken(record.name);
  }

  return {
    async create({ body, caller }) {
      const record = newPipeline(body);
      if (access !== undefined) await access.demand(caller, rights.create, record.namespace, record.name);
      if (record.name === "") throw invalidArgument("name is required");
      checkTags(record.tags);
      return insert(record);
    },

    async createWithVersion({ body, caller }) {
      const url = body.pipelineVersion?.packageUrl?.pipelineUrl ?? "";
      const record = newPipeline(body.pipeline ?? {}, url.slice(url.lastIndexOf("/") + 1));
      if (access !== undefined) await access.demand(caller, rights.createWithVersion, record.namespace, record.name);
      checkPackageUrl(url, invalidPackageUrlOfPipeline);
      const file = await fetchPackage(url);
      const text = await readPackage(file);
      const tags = body.pipelineVersion?.tags ?? {};
      checkTags(record.tags);
      checkTags(tags);
      const { pipelineSpec } = await parsePackage(text);
      return insert(record, firstVersion(record, { pipelineVersionId: newId(), pipelineSpec, packageUrl: url, tags }));
    },

    async get({ params, caller }) {
      if (params.pipelineId === "") throw invalidArgument("Failed to get a pipeline. Pipeline id cannot be empty");
      return pipelineOf(await permitted(caller, rights.get, params.pipelineId));
    },

    async getByName({ params, query, caller }) {
      const namespace = namespaces.of("pipeline", query.namespace);
      if (access !== undefined) await access.demand(caller, rights.getByName, namespace, params.name);
      const record = await pipelines.getByName(namespace, params.name);
      if (record === undefined) throw notFound("Namespace/Pipeline", `${namespace}/${params.name}`);
      return pipelineOf(record);
    },

    async list({ query, caller }) {
      const namespace = namespaces.scopeOf("pipeline", query.namespace);
      const request = await readListRequest(tokens, listablePipeline, query, namespace ?? "");
      if (access !== undefined) await access.demand(caller, rights.list, namespaces.of("pipeline", query.namespace));
      const page = await pipelines.list({ ...request.query, namespace });
      return {
        pipelines: page.items.map(pipelineOf),
        totalSize: page.totalSize,
        nextPageToken: await request.nextPageToken(page),
      };
    },

    /** An empty display name and absent tags leave what is there; empty tags clear them. */
    async update({ params, body, caller }) {
      const { pipelineId } = params;
      if (pipelineId === "") throw invalidArgument("Failed to update a pipeline. Pipeline id cannot be empty");
      if (access !== undefined) await permitted(caller, rights.update, pipelineId);
      checkTags(body.tags ?? {});
      checkDisplayName(body.displayName ?? "");
      const record = await pipelines.update(pipelineId, {
        displayName: body.displayName || undefined,
        tags: body.tags,
      });
      if (record === undefined) throw notFound("Pipeline", pipelineId);
      return pipelineOf(record);
    },

    async delete({ params, query, caller }) {
      const { pipelineId } = params;
      if (pipelineId === "") throw invalidArgument("Failed to delete a pipeline due missing pipeline id");
      if (access !== undefined) await permitted(caller, rights.delete, pipelineId);
      const deletion = await pipelines.delete(pipelineId, { cascade: query.cascade === true });
      if (deletion.outcome === "absent") throw notFound("Pipeline", pipelineId);
      if (deletion.outcome === "has versions") {
        throw invalidArgument(
          `Failed to delete pipeline with id ${pipelineId} as it has existing pipeline versions (e.g. ${deletion.pipelineVersionId}). Set cascade=true to delete all versions`,
        );
      }
      return {};
    },
  };
}

interface NewPipelineFields {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly namespace?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * The first version of a pipeline that is made together with it: it takes the pipeline's names and description.
 *
 * @throws StatusError INVALID_ARGUMENT where the pipeline's name is too long for a version.
 */
export function firstVersion(
  pipeline: PipelineRecord,
  given: Pick<PipelineVersionRecord, "pipelineVersionId" | "pipelineSpec"> &
    Partial<Pick<PipelineVersionRecord, "packageUrl" | "codeSourceUrl" | "tags">>,
): PipelineVersionRecord {
  checkLength("PipelineVersion.Name", pipeline.name);
  return {
    packageUrl: "",
    codeSourceUrl: "",
    tags: {},
    ...given,
    pipelineId: pipeline.pipelineId,
    name: pipeline.name,
    displayName: pipeline.displayName,
    description: pipeline.description,
    createdAt: pipeline.createdAt,
  };
}

/** What a new pipeline is refused with whose name is taken. */
export function pipelineNameTaken(name: string): StatusError {
  return new StatusError(
    "ALREADY_EXISTS",
    `Failed to create a new pipeline. The name ${name} already exist. Please specify a new name`,
  );
}
