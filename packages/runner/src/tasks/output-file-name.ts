import { createHash } from "node:crypto";

/** The names of outputs are free, those of files are not: what could lead elsewhere is told apart by its hash. */
export function outputFileName(name: string): string {
  // Nearly all names are of these; to get ready for the letters of all languages takes a millisecond.
  if (/^[\w-][\w .-]{0,79}$/.test(name)) return name;
  if (/^[\p{L}\p{N}_-][\p{L}\p{N} ._-]{0,79}$/u.test(name)) return name;
  return `output-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}
