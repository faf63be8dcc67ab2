import { UsageError } from "../command-error.ts";
import { asRecord, type KeyValue, readKeyValue } from "../command-line/key-value.ts";
import { flag, repeated } from "../command-line/option.ts";

/** Labels of something new. */
export const tag = repeated("key=value", "A label.", readKeyValue);

/** What can be changed of pipelines and versions. */
export const tagChanges = {
  tag: repeated("key=value", "A label. All labels are replaced by those that are given.", readKeyValue),
  noTags: flag("Take all labels away."),
};

/** Labels as the API takes them; undefined where there are none. */
export function tagsOf(pairs: readonly KeyValue[]): Record<string, string> | undefined {
  return pairs.length === 0 ? undefined : asRecord("label", pairs);
}

/** The labels after a change; undefined where they stay. */
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
