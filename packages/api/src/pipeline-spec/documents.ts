import { invalidArgument } from "../errors/status-error.ts";
import type { Json } from "../messages/field.ts";
import type { ParsedPipeline } from "./parsed-pipeline.ts";
import { pipelineSpecShape } from "./pipeline-shapes.ts";
import type { PipelineSpec } from "./pipeline-spec.ts";
import { platformSpecShape } from "./platform-shapes.ts";
import type { PlatformSpec } from "./platform-spec.ts";
import { isObject, readMessage } from "./proto-json.ts";
import { SpecError } from "./spec-error.ts";
import { checkStructure } from "./structure.ts";

const SCHEMA_VERSION = "2.1.0";
const NAME = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** The documents of a package hold no pipeline. The message says what is in the way. */
export class NoPipelineError extends Error {
  override readonly name = "NoPipelineError";
}

/**
 * Takes the pipeline out of the documents of a package, by the rules with which Kubeflow Pipelines does: one document
 * is the pipeline, a second one may hold settings for Kubernetes, and others, also those for other platforms, have no
 * meaning. Beyond that, settings that can not be read are refused and not left out, and so is a pipeline that can
 * never run ({@link checkStructure}).
 *
 * @throws NoPipelineError where there is no pipeline; StatusError (INVALID_ARGUMENT) where it is wrong.
 */
export function pipelineOf(documents: readonly Json[]): ParsedPipeline {
  if (isArgoWorkflow(documents[0])) throw argoWorkflow();
  let pipelineSpec: PipelineSpec | undefined;
  let platformSpec: PlatformSpec | undefined;
  const reasons: string[] = [];

  for (const [index, document] of documents.entries()) {
    const found = readPipeline(document);
    if (!(found instanceof SpecError)) {
      if (pipelineSpec !== undefined) throw invalidArgument("multiple pipeline specs provided");
      checkVersionAndName(found);
      pipelineSpec = found;
    } else if (isObject(document) && Object.hasOwn(document, "platforms")) {
      const platforms = readPlatforms(document);
      if (platforms === undefined) continue;
      if (platformSpec !== undefined) throw invalidArgument("multiple platform specs provided");
      platformSpec = platforms;
    } else {
      reasons.push(documents.length === 1 ? found.message : `document ${index + 1}: ${found.message}`);
    }
  }
  if (pipelineSpec === undefined)
    throw new NoPipelineError(reasons.join("; ") || "there is no document with a pipeline");
  const stray = documents.findIndex((document) => !isObject(document));
  if (stray !== -1) throw invalidArgument(`unable to decode yaml document: document ${stray + 1} is no mapping`);
  try {
    checkStructure(pipelineSpec);
  } catch (error) {
    throw refusal("invalid v2 pipeline spec", error);
  }
  return platformSpec === undefined ? { pipelineSpec } : { pipelineSpec, platformSpec };
}

/** The pipeline that a document is, or why it is none. */
function readPipeline(document: Json): PipelineSpec | SpecError {
  try {
    const spec = readMessage(pipelineSpecShape, document, "");
    if (!spec.pipelineInfo?.name) return new SpecError("pipelineInfo.name", "the pipeline has no name");
    if (spec.root === undefined) return new SpecError("root", "the pipeline has no root component");
    return spec;
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
}

/** The settings of a document for Kubernetes, or undefined where it has none. */
function readPlatforms(document: Json): PlatformSpec | undefined {
  try {
    const spec = readMessage(platformSpecShape, document, "");
    return Object.hasOwn(spec.platforms ?? {}, "kubernetes") ? spec : undefined;
  } catch (error) {
    throw refusal("invalid platform spec", error);
  }
}

function checkVersionAndName({ schemaVersion = "", pipelineInfo }: PipelineSpec): void {
  if (schemaVersion !== SCHEMA_VERSION) {
    throw invalidArgument(
      `KFP only supports schema version ${SCHEMA_VERSION}, but the pipeline spec has version ${schemaVersion}`,
    );
  }
  const name = pipelineInfo?.name ?? "";
  if (name.length > 128) throw invalidArgument("pipeline's name must contain no more than 128 characters");
  if (!NAME.test(name)) {
    throw invalidArgument(
      "pipeline's name must contain only lowercase alphanumeric characters or '-' and must start with alphanumeric characters",
    );
  }
}

function isArgoWorkflow(document: Json | undefined): boolean {
  if (!isObject(document)) return false;
  const { apiVersion, kind } = document;
  return typeof apiVersion === "string" && apiVersion.startsWith("argoproj.io/") && kind === "Workflow";
}

function argoWorkflow() {
  return invalidArgument(
    "The file is an Argo Workflow, the template format of Kubeflow Pipelines v1, which is not supported here. " +
      "Compile the pipeline again with version 2 of the KFP SDK: pip install 'kfp>=2', then " +
      "kfp dsl compile --py pipeline.py --output pipeline.yaml",
  );
}

/** A mistake in a document as the refusal of a request; other errors are given back. */
export function refusal(what: string, error: unknown): unknown {
  return error instanceof SpecError ? invalidArgument(`${what}: ${error.message}`, { cause: error }) : error;
}
