import { KfpError } from "./kfp-error.ts";

/** A call was given a value that can never be right. */
export function badArgument(message: string, fix?: string, cause?: unknown): KfpError {
  return new KfpError("BAD_ARGUMENT", { message, fix, cause });
}

/** An option of the client has a value that cannot work. */
export function badOption(message: string, fix?: string): KfpError {
  return new KfpError("BAD_OPTION", { message, fix });
}
