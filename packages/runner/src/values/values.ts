import type { Json, JsonObject } from "@kfp-ts/api";
import type { ArtifactTypeSchema } from "@kfp-ts/api/pipeline-spec";

/** An artifact: what it is and where. */
export interface Artifact {
  readonly name: string;
  readonly type: ArtifactTypeSchema;
  /** An absolute path on this machine, or a URI such as `s3://bucket/key`. */
  readonly uri: string;
  readonly metadata: JsonObject;
  /** Where a task has put it or expects it instead of the path that follows from the URI. */
  readonly customPath?: string | undefined;
}

/** What goes into a component, or comes out. An artifact that is no list is a list of one. */
export interface Values {
  readonly parameters: Readonly<Record<string, Json>>;
  readonly artifacts: Readonly<Record<string, readonly Artifact[]>>;
}

/** Nothing. */
export const noValues: Values = { parameters: {}, artifacts: {} };
