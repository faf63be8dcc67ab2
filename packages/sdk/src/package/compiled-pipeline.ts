import type { JsonObject, StatusError } from "@kfp-ts/api";
import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import { badArgument } from "../errors/bad-argument.ts";
import type { OpenedFile, Platform } from "../platform/platform.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import { unpackPipeline } from "./archive.ts";
import { badPackage } from "./bad-package.ts";
import { joined, MAX_PACKAGE_BYTES } from "./inflate.ts";

/** A compiled pipeline, read and checked. */
export interface CompiledPipeline {
  readonly parsed: ParsedPipeline;
  /** The name in its own spec. */
  readonly name: string;
}

/**
 * Reads a compiled pipeline, whatever it comes as. Its reader is loaded here and not before: it is larger than all the
 * rest of the client.
 *
 * @throws KfpError BAD_PACKAGE, FILE_UNREADABLE, BAD_ARGUMENT
 */
export async function readCompiledPipeline(source: PackageSource, platform: Platform): Promise<CompiledPipeline> {
  const { parsePipelineDocuments, pipelineName, pipelineSpecFromStruct, ...errors } = await import(
    "@kfp-ts/api/pipeline-spec"
  );
  const what = describeSource(source);
  try {
    const parsed =
      source.spec === undefined
        ? parsePipelineDocuments(await readText(source, platform, what))
        : pipelineSpecFromStruct(source.spec as JsonObject);
    return { parsed, name: pipelineName(parsed.pipelineSpec) };
  } catch (error) {
    throw error instanceof errors.StatusError
      ? badPackage(what, pythonCode(source.path) ?? reasonOf(error), error)
      : error;
  }
}

/** What to say of the program that makes a pipeline, given in place of what it makes. */
function pythonCode(path: string | undefined): string | undefined {
  if (path === undefined || !/\.py$/i.test(path)) return undefined;
  const compiled = path.replace(/\.py$/i, ".yaml");
  return `it is Python code; kfp dsl compile --py ${path} --output ${compiled} makes the pipeline of it`;
}

const sources = ["path", "bytes", "stream", "text", "spec"] as const;

/**
 * What a package is called in errors.
 *
 * @throws KfpError BAD_ARGUMENT where it is not said, or said twice.
 */
export function describeSource(source: PackageSource): string {
  const given = sources.filter((name) => source[name] !== undefined);
  if (given.length !== 1) {
    const fact = given.length === 0 ? "No package was given." : `${given.join(" and ")} exclude each other.`;
    throw badArgument(fact, "Give one of path, bytes, stream, text and spec.");
  }
  if (source.path !== undefined) return source.path;
  if (source.spec !== undefined) return "spec";
  return source.fileName ?? (source.text === undefined ? "the package" : "text");
}

async function readText(
  source: Exclude<PackageSource, { spec: object }>,
  platform: Platform,
  what: string,
): Promise<string> {
  if (source.text !== undefined) return source.text;
  const bytes = await unpackPipeline(await readBytes(source, platform, what), what);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badPackage(what, "it is not text in UTF-8", cause);
  }
}

async function readBytes(source: PackageSource, platform: Platform, what: string): Promise<Uint8Array> {
  if (source.bytes !== undefined) return source.bytes;
  if (source.stream !== undefined) return gather(source.stream as AsyncIterable<Uint8Array>, what);
  const file: OpenedFile = await platform.openFile(source.path ?? "");
  if (file.size > MAX_PACKAGE_BYTES) throw tooLarge(what);
  return gather(file.read(), what);
}

async function gather(stream: AsyncIterable<Uint8Array>, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_PACKAGE_BYTES) throw tooLarge(what);
  }
  return joined(chunks, size);
}

function tooLarge(what: string) {
  return badPackage(what, `it has more than ${MAX_PACKAGE_BYTES / 1024 / 1024} MiB`);
}

/** The reader keeps to upstream's texts; where that is a bare "unknown template format", the reason is its cause. */
function reasonOf(error: StatusError): string {
  const { cause } = error;
  const text =
    cause instanceof Error && !error.message.includes(cause.message)
      ? `${error.message}: ${cause.message}`
      : error.message;
  return text.replace(/\.$/, "");
}
