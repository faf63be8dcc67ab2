import { invalidArgument, StatusError } from "@kfp-ts/api";

/** Tags of a pipeline or of a version. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 20;
/** In characters. */
const MAX_LENGTH = 63;

/**
 * Checks tags against the limits of Kubeflow Pipelines.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's texts.
 */
export function checkTags(tags: Tags): void {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) {
    throw invalidArgument(`number of tags (${entries.length}) exceeds maximum of ${MAX_TAGS} per entity`);
  }
  for (const [key, value] of entries) checkTag(key, value);
}

function checkTag(key: string, value: string): void {
  if (key === "") throw invalidArgument("tag key cannot be empty");
  const quoted = JSON.stringify(key);
  if (key.includes(".")) throw invalidArgument(`tag key ${quoted} must not contain '.' character`);
  if (isTooLong(key)) throw invalidArgument(`tag key ${quoted} exceeds maximum length of ${MAX_LENGTH} characters`);
  if (isTooLong(value)) {
    throw invalidArgument(
      `tag value ${JSON.stringify(value)} for key ${quoted} exceeds maximum length of ${MAX_LENGTH} characters`,
    );
  }
}

function isTooLong(text: string): boolean {
  return text.length > MAX_LENGTH && [...text].length > MAX_LENGTH;
}

/** What upstream answers where the tags of an upload are no JSON object of texts. */
const unreadableTags = "Failed to parse tags query parameter. Expected JSON object with string keys and values";

/**
 * Reads the tags of an upload, which travel as JSON in the query. As in Go, null stands for nothing: no tags at all, or
 * an empty value.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's text; its cause says what is wrong.
 */
export function parseTags(text: string | undefined): Tags {
  if (text === undefined || text === "") return {};
  const parsed = parse(text);
  if (parsed === null) return {};
  if (typeof parsed !== "object" || Array.isArray(parsed)) throw unreadable(new Error("it is no JSON object"));
  const entries = Object.entries(parsed).map(([key, value]): [string, string] => {
    if (value !== null && typeof value !== "string") throw unreadable(new Error(`the value of ${key} is no text`));
    return [key, value ?? ""];
  });
  return Object.fromEntries(entries);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): StatusError {
  return new StatusError("INVALID_ARGUMENT", unreadableTags, { cause });
}
