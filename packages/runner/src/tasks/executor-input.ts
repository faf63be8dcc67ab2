import type { Json, JsonObject } from "@kfp-ts/api";
import type { ArtifactTypeSchema } from "@kfp-ts/api/pipeline-spec";

/** An artifact as components get it. */
export interface RuntimeArtifact {
  readonly name: string;
  readonly type: ArtifactTypeSchema;
  readonly uri: string;
  readonly metadata: JsonObject;
  readonly customPath?: string;
}

/** A list of them, also where there is one. */
export interface ArtifactList {
  readonly artifacts: readonly RuntimeArtifact[];
}

/** What a component is given, as JSON in one argument: the contract that unmodified components read. */
export interface ExecutorInput {
  readonly inputs: {
    readonly parameterValues?: Readonly<Record<string, Json>>;
    readonly artifacts?: Readonly<Record<string, ArtifactList>>;
  };
  readonly outputs: {
    readonly parameters?: Readonly<Record<string, { readonly outputFile: string }>>;
    readonly artifacts?: Readonly<Record<string, ArtifactList>>;
    readonly outputFile: string;
  };
}

/** What a component gives back, in the file that `outputs.outputFile` names. */
export interface ExecutorOutput {
  readonly parameterValues?: Readonly<Record<string, Json>>;
  readonly artifacts?: Readonly<Record<string, { readonly artifacts?: readonly Partial<RuntimeArtifact>[] }>>;
}
