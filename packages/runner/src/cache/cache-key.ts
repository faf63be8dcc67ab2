import { createHash } from "node:crypto";
import type { Json } from "@kfp-ts/api";
import type { ArtifactStores } from "../artifacts/artifact-stores.ts";
import { contentHash } from "../artifacts/files-of.ts";
import { localPath } from "../artifacts/local-path.ts";
import type { ReadyTask } from "../engine/engine.ts";
import type { RunRecord } from "../events/run-event.ts";
import type { ContainerComponent } from "../plan/plan.ts";
import type { Artifact } from "../values/values.ts";

/** What a result depends on beside the task. */
export interface CacheKeyOptions {
  readonly record: RunRecord;
  readonly artifacts: ArtifactStores;
  readonly image: string;
  /** Of the program: interpreter and packages. */
  readonly environment: string;
  readonly signal: AbortSignal;
}

/**
 * What the result of a task is found by. Two tasks have the same key where the pipeline's name and the namespace are the
 * same, and either their components and the key that the pipeline gives them, as on a cluster; or the contents of their
 * input artifacts, their parameters, what they put out, their code, image, variables and environment.
 */
export async function cacheKey(
  { task, inputs }: ReadyTask,
  component: ContainerComponent,
  options: CacheKeyOptions,
): Promise<string> {
  const { record, image, environment } = options;
  const of = [record.pipelineName, record.namespace];
  if (task.cache.key !== undefined) return hashOf([...of, "key", component.name, task.cache.key]);
  const { command = [], args = [], env = [] } = component.container;
  const artifacts = new Map<string, readonly Json[]>();
  for (const [name, list] of Object.entries(inputs.artifacts)) {
    const identities: Json[] = [];
    for (const artifact of list) identities.push(await identityOf(artifact, options));
    artifacts.set(name, identities);
  }
  const program = { command, args, env, image, environment };
  return hashOf([...of, "contents", inputs.parameters, Object.fromEntries(artifacts), component.outputs, program]);
}

/** What an artifact is for whoever reads it: not where it is, except where nobody can say what is there. */
async function identityOf(artifact: Artifact, { artifacts, signal }: CacheKeyOptions): Promise<Json> {
  const { name, type, uri, metadata } = artifact;
  const known = { name, type: type as Json, metadata };
  if (!artifacts.reaches(uri)) return { ...known, uri };
  const store = artifacts.storeOf(uri);
  const content = await (store === undefined
    ? contentHash(artifact.customPath ?? localPath(uri))
    : store.fingerprint(uri, signal));
  return { ...known, ...(content === undefined || store !== undefined ? { uri } : {}), content: content ?? null };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}

/** The order of members says nothing. */
function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
