import { type Access, invalidArgument, listablePipelineVersion, notFound, operations, StatusError } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { PipelineRecord, PipelineVersionRecord, Store } from "../ports/store.ts";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers, UploadedFile } from "./handlers.ts";
import type { NewId } from "./ids.ts";
import { readListRequest } from "./list-requests.ts";
import { checkDescription, checkDisplayName, checkLength } from "./names.ts";
import { checkPackageUrl, invalidPackageUrlOfVersion } from "./package-urls.ts";
import type { Package } from "./packages.ts";
import type { PageTokens } from "./page-tokens.ts";
import { pipelineVersionOf } from "./pipeline-messages.ts";
import { checkTags } from "./tags.ts";

const rights = rightsOf(operations.pipelineVersions);

/**
 * The handlers of pipeline versions, except the upload. As upstream, a version is found by its own id: the id of a
 * pipeline that stands before it in the path is not compared.
 */
export function pipelineVersionHandlers(options: {
  readonly store: Pick<Store, "pipelines" | "pipelineVersions">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly access?: AccessControl | undefined;
  readonly tokens: PageTokens;
  readonly fetchPackage: (url: string) => Promise<UploadedFile>;
  readonly readPackage: (file: UploadedFile) => Promise<string>;
  readonly parsePackage: (text: string) => Promise<Package>;
}): Omit<Handlers["pipelineVersions"], "upload"> {
  const { access, clock, newId, tokens, fetchPackage, readPackage, parsePackage } = options;
  const { pipelines, pipelineVersions } = options.store;

  async function existing(pipelineId: string): Promise<PipelineRecord> {
    const pipeline = await pipelines.get(pipelineId);
    if (pipeline === undefined) throw notFound("Pipeline", pipelineId);
    return pipeline;
  }

  /** The version, where the caller may do that with the pipeline that it belongs to. */
  async function permitted(caller: Claims | undefined, right: Access, id: string): Promise<PipelineVersionRecord> {
    const record = await pipelineVersions.get(id);
    if (record === undefined) throw notFound("PipelineVersion", id);
    if (access !== undefined) {
      const { namespace, name } = await existing(record.pipelineId);
      await access.demand(caller, right, namespace, name);
    }
    return record;
  }

  return {
    async create({ params, body, caller }) {
      const { pipelineId } = params;
      if (body.packageUrl === undefined) throw refused("Package URL is nil");
      const url = body.packageUrl.pipelineUrl ?? "";
      if (url === "") throw refused("Package URL is empty");
      // The one in the path counts, but upstream wants both.
      if (pipelineId === "" || !body.pipelineId) throw refused("Parent pipeline id is empty");
      const name = body.name || body.displayName || "";
      const displayName = body.displayName || name;
      checkLength("PipelineVersion.Name", name);
      checkDisplayName(displayName);
      checkDescription(body.description);
      if (access !== undefined) {
        const { namespace } = await existing(pipelineId);
        await access.demand(caller, rights.create, namespace, name);
      }
      if (name === "") throw invalidArgument("name is required");
      checkPackageUrl(url, invalidPackageUrlOfVersion);
      const file = await fetchPackage(url);
      const { pipelineSpec } = await parsePackage(await readPackage(file));
      const tags = body.tags ?? {};
      checkTags(tags);
      const record: PipelineVersionRecord = {
        pipelineVersionId: newId(),
        pipelineId,
        name,
        displayName,
        description: body.description ?? "",
        createdAt: secondsOf(clock),
        packageUrl: url,
        codeSourceUrl: body.codeSourceUrl ?? "",
        pipelineSpec,
        tags,
      };
      const outcome = await pipelineVersions.insert(record);
      if (outcome === "no pipeline") throw notFound("Pipeline", pipelineId);
      if (outcome === "name taken") throw versionNameTaken(name);
      return pipelineVersionOf(record);
    },

    get: async ({ params, caller }) => pipelineVersionOf(await permitted(caller, rights.get, params.pipelineVersionId)),

    async list({ params, query, caller }) {
      const { pipelineId } = params;
      const request = await readListRequest(tokens, listablePipelineVersion, query, pipelineId);
      if (pipelineId === "") throw invalidArgument("Failed to list pipeline versions. Pipeline id cannot be empty");
      const { namespace } = await existing(pipelineId);
      if (access !== undefined) await access.demand(caller, rights.list, namespace);
      const page = await pipelineVersions.list({ ...request.query, pipelineId });
      return {
        pipelineVersions: page.items.map(pipelineVersionOf),
        totalSize: page.totalSize,
        nextPageToken: await request.nextPageToken(page),
      };
    },

    /** An empty display name and absent tags leave what is there; empty tags clear them. */
    async update({ params, body, caller }) {
      const { pipelineVersionId } = params;
      if (pipelineVersionId === "") {
        throw invalidArgument("Failed to update a pipeline version. Pipeline version id cannot be empty");
      }
      if (access !== undefined) await permitted(caller, rights.update, pipelineVersionId);
      checkTags(body.tags ?? {});
      checkDisplayName(body.displayName ?? "");
      const change = { displayName: body.displayName || undefined, tags: body.tags };
      const record = await pipelineVersions.update(pipelineVersionId, change);
      if (record === undefined) throw notFound("PipelineVersion", pipelineVersionId);
      return pipelineVersionOf(record);
    },

    async delete({ params, caller }) {
      const { pipelineVersionId } = params;
      if (pipelineVersionId === "") {
        throw invalidArgument("Failed to delete a pipeline version due missing pipeline version id");
      }
      if (access !== undefined) await permitted(caller, rights.delete, pipelineVersionId);
      if (!(await pipelineVersions.delete(pipelineVersionId))) throw notFound("PipelineVersion", pipelineVersionId);
      return {};
    },
  };
}

function refused(fact: string): StatusError {
  return invalidArgument(`Failed to create a pipeline version. ${fact}`);
}

/** What a new version is refused with whose name is taken. */
export function versionNameTaken(name: string): StatusError {
  return new StatusError(
    "ALREADY_EXISTS",
    `Failed to create a new pipeline version. The name ${name} already exist. Specify a new name`,
  );
}
