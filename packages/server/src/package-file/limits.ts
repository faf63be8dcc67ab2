import { invalidArgument } from "@kfp-ts/api";

/** The largest compiled pipeline, in bytes: what an upload may be, also when it comes out of an archive. */
export const MAX_PIPELINE_BYTES = 32 * 1024 * 1024;

/** The largest tarball, unpacked, in bytes: the pipeline may stand behind other files. */
export const MAX_TARBALL_BYTES = 2 * MAX_PIPELINE_BYTES;

const MAX_ENTRIES = 10_000;

/** @throws StatusError INVALID_ARGUMENT where an archive has more entries than anyone packs around one pipeline. */
export function checkEntryCount(archive: string, entries: number): void {
  if (entries > MAX_ENTRIES) throw invalidArgument(`the ${archive} has more than ${MAX_ENTRIES} entries`);
}

/** A name out of an archive, fit for an error message. */
export function quotedName(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
