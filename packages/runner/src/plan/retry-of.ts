import { memberPath, SpecError, type SpecPath, type TaskSpec } from "@kfp-ts/api/pipeline-spec";
import type { Retry } from "./plan.ts";

/** How a task is tried again, if it is. */
export function retryOf({ retryPolicy }: TaskSpec, path: SpecPath): Retry | undefined {
  if (retryPolicy === undefined) return undefined;
  const policyPath = memberPath(path, "retryPolicy");
  const { maxRetryCount = 0, backoffFactor = 0 } = retryPolicy;
  if (maxRetryCount < 0) throw new SpecError(memberPath(policyPath, "maxRetryCount"), `${maxRetryCount} is no count`);
  return {
    maxRetries: maxRetryCount,
    backoffMs: milliseconds(retryPolicy.backoffDuration, memberPath(policyPath, "backoffDuration")),
    factor: backoffFactor,
    maxBackoffMs: milliseconds(retryPolicy.backoffMaxDuration, memberPath(policyPath, "backoffMaxDuration")),
  };
}

/** A duration as proto3 JSON writes it: `1.5s`. */
function milliseconds(text: string | undefined, path: SpecPath): number {
  if (text === undefined || text === "") return 0;
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text)?.[1];
  if (seconds === undefined) throw new SpecError(path, `${JSON.stringify(text)} is no duration such as "60s"`);
  return Number(seconds) * 1000;
}
