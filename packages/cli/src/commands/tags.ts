import { UsageError } from "../command-error.ts";
import { asRecord, type KeyValue, readKeyValue } from "../command-line/key-value.ts";
import { flag, repeated } from "../command-line/option.ts";

/** Tags of something new. */
export const tag = repeated("key=value", "A tag.", readKeyValue);

/** What can be changed of pipelines and versions. */
export const tagChanges = {
  tag: repeated("key=value", "A tag. All tags are replaced by those that are given.", readKeyValue),
  noTags: flag("Take all tags away."),
};

/** Tags as the API takes them; undefined where there are none. */
export function tagsOf(pairs: readonly KeyValue[]): Record<string, string> | undefined {
  return pairs.length === 0 ? undefined : asRecord("tag", pairs);
}

/** The tags after a change; undefined where they stay. */
export function changedTags(tags: readonly KeyValue[], noTags: boolean): Record<string, string> | undefined {
  if (noTags && tags.length > 0)
    throw new UsageError("--tag and --no-tags exclude each other.", "Leave one of them out.");
  return noTags ? {} : tagsOf(tags);
}

/** @throws UsageError where nothing is to be changed. */
export function checkChange(change: Readonly<Record<string, unknown>>): void {
  if (Object.values(change).some((value) => value !== undefined)) return;
  throw new UsageError("There is nothing to change.", "Give --display-name, --tag or --no-tags.");
}
