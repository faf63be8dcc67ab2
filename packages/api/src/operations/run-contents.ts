import { type Fields, flag, int32 } from "../messages/field.ts";
import { type Access, pipelinesAccess } from "./operation.ts";

/** An operation that answers with the content of something, as a stream, and takes nothing but its path and query. */
export interface ContentOperation {
  /** Resource and verb, as the client spells them: `runs.readLog`. */
  readonly id: string;
  /** From the server's root; `{name}` stands for one segment, in which a slash is written as `%2F`. */
  readonly path: string;
  readonly query: Fields;
  /** What it answers with. */
  readonly mediaType: "text/plain" | "application/json" | "application/octet-stream";
  readonly access: Access;
  readonly summary: string;
}

const onRun = { scope: "namespace of the resource", name: "workflow name" } as const;
const node = "runs/{run_id}/nodes/{node_id}";
const readArtifactAccess = pipelinesAccess("runs", "readArtifact", onRun);
const index = int32("Which of the artifacts of that name, from 0; 0 when left out.");

/**
 * What the tasks of a run have written. A node is the id of a task or its path. The first two are upstream's; its
 * server gives the log to everybody, and can read no artifact of a run of compiled pipelines.
 */
export const runContents = {
  readLog: {
    id: "runs.readLog",
    path: `/apis/v1alpha1/${node}/log`,
    query: {
      follow: flag("Goes on until the task has ended."),
      attempt: int32("Which attempt, from 1; the last one when left out."),
    },
    mediaType: "text/plain",
    access: pipelinesAccess("runs", "get", onRun),
    summary: "Read the log of a task",
  },
  readArtifact: {
    id: "runs.readArtifact",
    path: `/apis/v2beta1/${node}/artifacts/{artifact_name}:read`,
    query: { index },
    mediaType: "application/json",
    access: readArtifactAccess,
    summary: "Read an artifact that a task has made, as base64 in the field data",
  },
  downloadArtifact: {
    id: "runs.downloadArtifact",
    path: `/apis/v2beta1/${node}/artifacts/{artifact_name}:download`,
    query: { index },
    mediaType: "application/octet-stream",
    access: readArtifactAccess,
    summary: "Download an artifact that a task has made; a folder comes as a tar archive",
  },
} as const satisfies Readonly<Record<string, ContentOperation>>;

/** Every operation that answers with a content. */
export const contentOperations: readonly ContentOperation[] = Object.values(runContents);
