import { invalidArgument, type JsonObject, notFound, readPipeline, StatusError } from "@kfp-ts/api";
import {
  checkRuntimeParameters,
  type PipelineSpec,
  pipelineName,
  pipelineSpecFromStruct,
  pipelineSpecToStruct,
} from "@kfp-ts/api/pipeline-spec";
import type { Claims } from "../ports/authenticator.ts";
import type { PipelineRecord, PipelineVersionRecord, SourceRecord, Store } from "../ports/store.ts";
import type { AccessControl } from "./access.ts";

/** Where a run or a recurring run is told to take its pipeline from. */
export interface ReceivedSource {
  readonly pipelineVersionId?: string | undefined;
  readonly pipelineSpec?: JsonObject | undefined;
  readonly pipelineVersionReference?:
    | { readonly pipelineId?: string | undefined; readonly pipelineVersionId?: string | undefined }
    | undefined;
}

/** A source that has been found. */
export interface Source {
  readonly record: SourceRecord;
  readonly spec: PipelineSpec;
  /** JSON text of the specification, with the platform part where there is one. */
  readonly launchedSpec: string;
  /** The name of the pipeline in its own specification. */
  readonly specName: string;
}

/** Finds the sources of runs and recurring runs. */
export interface Sources {
  /**
   * The source as it stands now: a reference without a version means the latest one. Of many users, the caller has to
   * be allowed to read the pipeline that is referred to; upstream lets everybody run everybody's.
   *
   * @throws StatusError that says what is missing or wrong. Upstream answers each of these mistakes with 500.
   */
  resolve(received: ReceivedSource, caller: Claims | undefined): Promise<Source>;
  /**
   * The latest version of a pipeline, for a recurring run that takes the latest one each time.
   *
   * @throws StatusError NOT_FOUND with upstream's texts.
   */
  latest(pipelineId: string, caller: Claims | undefined): Promise<Source>;
}

/** Looks into a store for the sources of runs. */
export function storedSources(options: {
  readonly store: Pick<Store, "pipelines" | "pipelineVersions">;
  readonly access?: AccessControl | undefined;
}): Sources {
  const { store, access } = options;

  async function existing(pipelineId: string): Promise<PipelineRecord> {
    const pipeline = await store.pipelines.get(pipelineId);
    if (pipeline === undefined) throw notFound("Pipeline", pipelineId);
    return pipeline;
  }

  async function demandReading(control: AccessControl, caller: Claims | undefined, pipelineId: string): Promise<void> {
    const { namespace, name } = await existing(pipelineId);
    await control.demand(caller, readPipeline, namespace, name);
  }

  async function latestVersion(
    pipelineId: string,
    caller: Claims | undefined,
  ): Promise<PipelineVersionRecord | undefined> {
    if (access !== undefined) await demandReading(access, caller, pipelineId);
    const version = await store.pipelineVersions.latest(pipelineId);
    if (version === undefined) await existing(pipelineId);
    return version;
  }

  async function referenced(
    pipelineId: string,
    pipelineVersionId: string,
    caller: Claims | undefined,
  ): Promise<PipelineVersionRecord> {
    if (pipelineVersionId === "") {
      const version = await latestVersion(pipelineId, caller);
      if (version !== undefined) return version;
      throw new StatusError("NOT_FOUND", `Pipeline ${pipelineId} has no version to run; upload one first`);
    }
    const version = await store.pipelineVersions.get(pipelineVersionId);
    if (version === undefined) throw notFound("PipelineVersion", pipelineVersionId);
    if (access !== undefined) await demandReading(access, caller, version.pipelineId);
    if (pipelineId !== "" && pipelineId !== version.pipelineId) {
      throw invalidArgument(
        `Pipeline version ${pipelineVersionId} belongs to pipeline ${version.pipelineId} (not ${pipelineId})`,
      );
    }
    return version;
  }

  return {
    async resolve({ pipelineSpec, pipelineVersionReference, pipelineVersionId }, caller) {
      if (pipelineSpec !== undefined) return inline(pipelineSpec);
      const { pipelineId = "", pipelineVersionId: versionId = "" } = pipelineVersionReference ?? {};
      if (pipelineId === "" && versionId === "") throw missingSource(pipelineVersionId);
      return sourceOf(await referenced(pipelineId, versionId, caller));
    },

    async latest(pipelineId, caller) {
      const version = await latestVersion(pipelineId, caller);
      // The id is the pipeline's; the text is upstream's all the same.
      if (version === undefined) throw notFound("PipelineVersion", pipelineId);
      return sourceOf(version);
    },
  };
}

function missingSource(deprecatedId: string | undefined): StatusError {
  if (deprecatedId !== undefined && deprecatedId !== "") {
    return invalidArgument(
      'pipeline_version_id is deprecated and has no effect; send "pipeline_version_reference": {"pipeline_version_id": …}',
    );
  }
  return invalidArgument(
    "no pipeline to run: send pipeline_version_reference with a pipeline_id or a pipeline_version_id, or a pipeline_spec",
  );
}

function sourceOf({ pipelineId, pipelineVersionId, pipelineSpec }: PipelineVersionRecord): Source {
  const struct = JSON.parse(pipelineSpec) as JsonObject;
  // What is stored has been checked; with a platform part, the specification is one level down.
  const spec = (Object.hasOwn(struct, "pipeline_spec") ? struct.pipeline_spec : struct) as PipelineSpec;
  return {
    record: { pipelineId, pipelineVersionId, pipelineSpec: "" },
    spec,
    launchedSpec: pipelineSpec,
    specName: pipelineName(spec),
  };
}

function inline(struct: JsonObject): Source {
  const parsed = pipelineSpecFromStruct(struct);
  return {
    record: {
      pipelineId: "",
      pipelineVersionId: "",
      pipelineSpec: JSON.stringify(asGiven(struct, parsed.platformSpec !== undefined)),
    },
    spec: parsed.pipelineSpec,
    launchedSpec: JSON.stringify(pipelineSpecToStruct(parsed)),
    specName: pipelineName(parsed.pipelineSpec),
  };
}

/** The API shows an inline specification as it was sent, with both parts only where the second one has a meaning. */
function asGiven(struct: JsonObject, hasPlatform: boolean): JsonObject {
  const spec = (struct.pipeline_spec ?? struct.pipelineSpec ?? struct) as JsonObject;
  if (!hasPlatform) return spec;
  return { pipeline_spec: spec, platform_spec: (struct.platform_spec ?? struct.platformSpec) as JsonObject };
}

/**
 * Checks parameters against what a pipeline takes.
 *
 * @returns them as JSON text, or "" where there are none.
 * @throws StatusError INVALID_ARGUMENT with upstream's texts.
 */
export function parametersText(source: Source, parameters: JsonObject | undefined): string {
  checkRuntimeParameters(source.spec, parameters ?? {});
  return parameters === undefined || Object.keys(parameters).length === 0 ? "" : JSON.stringify(parameters);
}
