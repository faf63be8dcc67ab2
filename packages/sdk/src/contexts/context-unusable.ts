import { KfpError } from "../errors/kfp-error.ts";

/** What was saved, or the name of it that was said, is of no use. */
export function contextUnusable(message: string, fix?: string): KfpError {
  return new KfpError("CONTEXT_UNUSABLE", { message, fix });
}
