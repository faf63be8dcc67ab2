import { KfpError } from "../errors/kfp-error.ts";

/** Something that was given as a compiled pipeline is none. */
export function badPackage(what: string, fact: string, cause?: unknown): KfpError {
  return new KfpError("BAD_PACKAGE", { message: `${what} is no compiled pipeline: ${fact}.`, cause });
}
