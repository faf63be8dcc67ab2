import { badPackage } from "./bad-package.ts";
import { inflate } from "./inflate.ts";
import { readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

/** A file in an archive. */
export interface ArchiveEntry {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** What a package is, by its first bytes. */
export function packageKind(bytes: Uint8Array): "zip" | "gzip" | "text" {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return "zip";
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? "gzip" : "text";
}

/**
 * The compiled pipeline in a package. In an archive it is `pipeline.yaml`, else the only file that can be one: Python's
 * client has the same rule.
 *
 * @param what - What the package is called in errors.
 * @throws KfpError BAD_PACKAGE
 */
export async function unpackPipeline(bytes: Uint8Array, what: string): Promise<Uint8Array> {
  const kind = packageKind(bytes);
  if (kind === "text") return bytes;
  const entries = kind === "zip" ? readZip(bytes, what) : readTar(await inflate(bytes, "gzip", what), what);
  return pipelineIn(entries, what).read();
}

function pipelineIn(entries: readonly ArchiveEntry[], what: string): ArchiveEntry {
  const named = entries.find(({ name }) => name === "pipeline.yaml" || name === "./pipeline.yaml");
  if (named !== undefined) return named;
  const candidates = entries.filter(({ name }) => /\.(ya?ml|json)$/i.test(name));
  const [first, second] = candidates;
  if (first === undefined) throw badPackage(what, "the archive has no .yaml or .json file in it");
  if (second === undefined) return first;
  const names = candidates.slice(0, 10).map(({ name }) => name.slice(0, 100));
  throw badPackage(
    what,
    `the archive has several files that could be meant, and none is pipeline.yaml: ${names.join(", ")}`,
  );
}
