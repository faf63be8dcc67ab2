import { invalidArgument } from "@kfp-ts/api";

/**
 * The longest names, in bytes of UTF-8: that is how upstream counts them before its database counts characters, and a
 * name that is taken here is to be taken on a cluster as well.
 */
const MAX_BYTES = {
  "Experiment.Name": 128,
  "Experiment.Namespace": 63,
  "Pipeline.Name": 128,
  "Pipeline.Namespace": 63,
  "PipelineVersion.Name": 127,
  "Run.UUID": 191,
  "Job.Namespace": 63,
} as const;

/** A field whose length upstream bounds, by the name that it has in upstream's error. */
export type BoundedField = keyof typeof MAX_BYTES;

/** The longest display name of what has no bound of its own, in characters: the width of upstream's column. */
const MAX_DISPLAY_NAME = 255;

/** The longest description, in characters. Upstream has no such bound for all; this one keeps searching them cheap. */
const MAX_DESCRIPTION = 65_535;

/** Run ids are the values of a Kubernetes label and stand in paths before `:verb`. */
const RUN_ID = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Upstream's text for a field that is too long, or undefined where it is not. */
export function tooLong(field: BoundedField, value: string): string | undefined {
  if (Buffer.byteLength(value) <= MAX_BYTES[field]) return undefined;
  return `${field} length cannot exceed ${MAX_BYTES[field]}`;
}

/**
 * Checks the length of a field. Upstream answers the same mistake with 500.
 *
 * @throws StatusError INVALID_ARGUMENT that says how long it is and how long it may be.
 */
export function checkLength(field: BoundedField, value: string): void {
  const refusal = tooLong(field, value);
  if (refusal !== undefined) throw invalidArgument(`${refusal} bytes of UTF-8; it has ${Buffer.byteLength(value)}`);
}

/** @throws StatusError INVALID_ARGUMENT where a display name is longer than its column upstream. */
export function checkDisplayName(value: string): void {
  if (value.length <= MAX_DISPLAY_NAME) return;
  const length = [...value].length;
  if (length <= MAX_DISPLAY_NAME) return;
  throw invalidArgument(`display_name: at most ${MAX_DISPLAY_NAME} characters; it has ${length}`);
}

/** @throws StatusError INVALID_ARGUMENT where a description is too long to be looked through by filters. */
export function checkDescription(value = ""): void {
  if (value.length <= MAX_DESCRIPTION) return;
  throw invalidArgument(`description: at most ${MAX_DESCRIPTION} characters; it has ${value.length}`);
}

/**
 * Checks an id that a client gives its run.
 *
 * @throws StatusError INVALID_ARGUMENT where it could not be the id of a run on a cluster.
 */
export function checkRunId(runId: string): void {
  checkLength("Run.UUID", runId);
  if (!RUN_ID.test(runId)) {
    throw invalidArgument(
      "run_id: letters, digits, '-', '_' and '.' only, with a letter or digit at both ends; leave it out and the server makes one",
    );
  }
}
