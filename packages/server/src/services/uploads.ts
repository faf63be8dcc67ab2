import { operations, type StatusCode, StatusError } from "@kfp-ts/api";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { PipelineRecord, PipelineVersionRecord, Store } from "../ports/store.ts";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers, UploadedFile } from "./handlers.ts";
import type { NewId } from "./ids.ts";
import { type BoundedField, checkDescription, checkDisplayName, tooLong } from "./names.ts";
import type { Namespaces } from "./namespaces.ts";
import type { Package } from "./packages.ts";
import { pipelineOf, pipelineVersionOf } from "./pipeline-messages.ts";
import { versionNameTaken } from "./pipeline-versions.ts";
import { firstVersion, pipelineNameTaken } from "./pipelines.ts";
import { checkTags, parseTags } from "./tags.ts";
import { UploadRefusal, type UploadRefusalForm } from "./upload-refusal.ts";

const rights = {
  pipeline: rightsOf(operations.pipelines).upload,
  version: rightsOf(operations.pipelineVersions).upload,
} as const;

/** What upstream says to those who must not. */
const NO_PIPELINE = "Failed to create a pipeline";
const CREATE_PIPELINE = "Failed to create a pipeline and a pipeline version";
const CREATE_VERSION = "Failed to create a pipeline version";

/**
 * The handlers of uploads. Every refusal is an UploadRefusal; what upstream only hints at ("Failed to create a pipeline
 * version") is said in full in its details.
 */
export function uploadHandlers(options: {
  readonly store: Pick<Store, "pipelines" | "pipelineVersions">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly readPackage: (file: UploadedFile) => Promise<string>;
  readonly parsePackage: (text: string) => Promise<Package>;
}): {
  readonly uploadPipeline: Handlers["pipelines"]["upload"];
  readonly uploadVersion: Handlers["pipelineVersions"]["upload"];
} {
  const { access, clock, newId, namespaces, readPackage, parsePackage } = options;
  const { pipelines, pipelineVersions } = options.store;

  return {
    async uploadPipeline({ query, file, caller }) {
      const text = await refusing("json as text", () => readPackage(file), "Failed to read a pipeline spec file");
      checkUploadLength("Pipeline.Namespace", query.namespace ?? "");
      const namespace = await refusing("json as text", () => namespaces.of("pipeline", query.namespace));
      if (access !== undefined) {
        await permitting(NO_PIPELINE, () => access.demand(caller, rights.pipeline, namespace));
      }
      const name = query.name || query.displayName || baseName(file.name);
      const tags = await refusing("json as text", () => parseTags(query.tags));
      checkUploadLength("Pipeline.Name", name);

      return refusing("json", async () => {
        checkTags(tags);
        const { pipelineSpec, specName } = await parsePackage(text);
        const record: PipelineRecord = {
          pipelineId: newId(),
          name: name || specName,
          displayName: query.displayName || name || specName,
          description: query.description ?? "",
          namespace,
          createdAt: secondsOf(clock),
          tags,
        };
        checkDisplayName(record.displayName);
        checkDescription(record.description);
        const codeSourceUrl = query.codeSourceUrl ?? "";
        const version = firstVersion(record, { pipelineVersionId: newId(), pipelineSpec, codeSourceUrl });
        if (!(await pipelines.insert(record, version))) {
          throw new UploadRefusal("ALREADY_EXISTS", CREATE_PIPELINE, "json", { cause: pipelineNameTaken(record.name) });
        }
        return pipelineOf(record);
      });
    },

    async uploadVersion({ query, file, caller }) {
      const text = await refusing("json as text", () => readPackage(file), CREATE_VERSION);
      const { pipelineid: pipelineId = "" } = query;
      if (pipelineId === "") throw versionRefused("the query parameter pipelineid is missing");
      const name = query.name || query.displayName || baseName(file.name);
      checkUploadLength("PipelineVersion.Name", name);
      const pipeline = await pipelines.get(pipelineId);
      if (pipeline === undefined) throw versionRefused(`Pipeline ${pipelineId} not found`);
      if (access !== undefined) {
        await permitting(CREATE_VERSION, () => access.demand(caller, rights.version, pipeline.namespace));
      }
      const tags = await refusing("json as text", () => parseTags(query.tags));

      return refusing("json", async () => {
        const { pipelineSpec, specName } = await parsePackage(text);
        checkTags(tags);
        const record: PipelineVersionRecord = {
          pipelineVersionId: newId(),
          pipelineId,
          name: name || specName,
          displayName: query.displayName || name || specName,
          description: query.description ?? "",
          createdAt: secondsOf(clock),
          packageUrl: "",
          codeSourceUrl: query.codeSourceUrl ?? "",
          pipelineSpec,
          tags,
        };
        checkDisplayName(record.displayName);
        checkDescription(record.description);
        const outcome = await pipelineVersions.insert(record);
        if (outcome === "no pipeline") throw versionRefused(`Pipeline ${pipelineId} not found`);
        if (outcome === "name taken") {
          throw new UploadRefusal("ALREADY_EXISTS", CREATE_VERSION, "json", { cause: versionNameTaken(record.name) });
        }
        return pipelineVersionOf(record);
      });
    },
  };
}

/** Does a part of an upload; what it refuses is refused in the form that upstream has for that part. */
async function refusing<T>(form: UploadRefusalForm, part: () => T | Promise<T>, message?: string): Promise<T> {
  try {
    return await part();
  } catch (error) {
    if (error instanceof UploadRefusal || !(error instanceof StatusError)) throw error;
    throw new UploadRefusal(
      error.code,
      message ?? error.message,
      form,
      message === undefined ? { cause: error.cause } : { cause: error },
    );
  }
}

/** Asks whether an upload is allowed. Upstream answers 400 where it is not; where nobody can tell, it is 503 all the same. */
async function permitting(message: string, demand: () => Promise<void>): Promise<void> {
  try {
    await demand();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const code = error.code === "UNAVAILABLE" ? error.code : "INVALID_ARGUMENT";
    throw new UploadRefusal(code, message, "json as text", { cause: error });
  }
}

function versionRefused(fact: string, code: StatusCode = "INVALID_ARGUMENT"): UploadRefusal {
  return new UploadRefusal(code, CREATE_VERSION, "json as text", { cause: new Error(fact) });
}

function checkUploadLength(field: BoundedField, value: string): void {
  const refusal = tooLong(field, value);
  if (refusal !== undefined) throw new UploadRefusal("INVALID_ARGUMENT", `Invalid input error: ${refusal}`, "text");
}

/** The last part of a file's name: some clients send the whole path. */
function baseName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
