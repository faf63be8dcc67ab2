import { packageKind } from "../package/archive.ts";
import { describeSource, readCompiledPipeline } from "../package/compiled-pipeline.ts";
import type { Platform } from "../platform/platform.ts";
import type { FileToSend } from "./multipart.ts";
import type { PackageSource } from "./upload-source.ts";

/** Makes a file of whatever a package comes as. The package is sent as it is: reading it is the server's business. */
export async function fileToSend(source: PackageSource, platform: Platform): Promise<FileToSend> {
  describeSource(source);
  if (source.path !== undefined) {
    const file = await platform.openFile(source.path);
    return { name: file.name, size: file.size, reopens: true, open: () => file.read() };
  }
  if (source.stream !== undefined) {
    const stream = source.stream as AsyncIterable<Uint8Array>;
    return { name: source.fileName ?? "pipeline.yaml", size: source.size, reopens: false, open: () => stream };
  }
  if (source.bytes !== undefined) return whole(source.fileName ?? fileNames[packageKind(source.bytes)], source.bytes);
  if (source.text !== undefined)
    return whole(source.fileName ?? "pipeline.yaml", new TextEncoder().encode(source.text));
  const [{ toYaml }, { parsed }] = await Promise.all([
    import("@kfp-ts/api/pipeline-spec"),
    readCompiledPipeline(source, platform),
  ]);
  return whole("pipeline.yaml", new TextEncoder().encode(toYaml(parsed)));
}

const fileNames = { zip: "pipeline.zip", gzip: "pipeline.tar.gz", text: "pipeline.yaml" } as const;
const CHUNK = 64 * 1024;

function whole(name: string, bytes: Uint8Array): FileToSend {
  return {
    name,
    size: bytes.byteLength,
    reopens: true,
    async *open() {
      for (let offset = 0; offset < bytes.byteLength; offset += CHUNK) yield bytes.subarray(offset, offset + CHUNK);
    },
  };
}
