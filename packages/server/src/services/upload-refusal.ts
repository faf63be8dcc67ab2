import { type StatusCode, StatusError } from "@kfp-ts/api";
import { AccessUnavailable } from "./access-unavailable.ts";

/**
 * - `json as text`: `{"error_message","error_details"}`, sent as text/plain. Upstream's answer to what it refuses before
 *   it looks into the pipeline.
 * - `json`: the same, sent as application/json.
 * - `text`: the bare message, sent as text/plain: how upstream refuses names that are too long.
 */
export type UploadRefusalForm = "json as text" | "json" | "text";

/** A refused upload. Uploads have an error body of their own, unlike everything else under `/apis`. */
export class UploadRefusal extends StatusError {
  readonly form: UploadRefusalForm;
  /** More than the message, whose text upstream's clients know: what exactly is wrong, and what to do. */
  readonly details: string;

  constructor(code: StatusCode, message: string, form: UploadRefusalForm, options?: { readonly cause?: unknown }) {
    super(code, message, options);
    this.form = form;
    this.details = detailsOf(message, options?.cause);
  }
}

/**
 * The message, and behind it what the errors under it add: texts of ours about the caller's file, safe to show. Why
 * nobody could be asked what the caller may do is not theirs to know.
 */
function detailsOf(message: string, cause: unknown): string {
  const texts = [message];
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (!texts.some((text) => text.includes((error as Error).message))) texts.push(error.message);
    if (error instanceof AccessUnavailable) break;
  }
  return texts.join(": ");
}
