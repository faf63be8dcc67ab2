import { parsePipelineDocuments, pipelineName, pipelineSpecToStruct } from "@kfp-ts/api/pipeline-spec";

/** A compiled pipeline as a version keeps it. */
export interface Package {
  /** JSON text of the object that the API returns. */
  readonly pipelineSpec: string;
  /** The name that the pipeline has in its own specification. */
  readonly specName: string;
}

/**
 * Reads and checks the text of a package.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's texts; its cause says more.
 */
export function readPackageText(text: string): Package {
  const parsed = parsePipelineDocuments(text);
  return {
    pipelineSpec: JSON.stringify(pipelineSpecToStruct(parsed)),
    specName: pipelineName(parsed.pipelineSpec),
  };
}
