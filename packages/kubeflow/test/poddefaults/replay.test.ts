import { answerReview, fixedPodDefaults, type Json, type PatchOperation } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { applyPatch } from "./apply-patch.ts";
import { differenceBetween, type Outcome } from "./comparison.ts";
import { readDifferences } from "./differences.ts";
import { type RecordedCase, recordedCases, recordingsPresent, reviewOf } from "./recorded-case.ts";

const { differences } = readDifferences();
const cases = recordedCases();

/** What our webhook makes of a case. */
function ours(recorded: RecordedCase): Outcome & { readonly uid?: string | undefined; readonly body: string } {
  const { rawRequest, podDefaults = [], pod } = recorded;
  const body = rawRequest === undefined ? JSON.stringify(reviewOf(recorded)) : (rawRequest.body ?? "");
  const contentType = rawRequest === undefined ? "application/json" : (rawRequest.contentType ?? undefined);
  const answer = answerReview({ contentType, body, podDefaults: fixedPodDefaults(podDefaults) });
  const review = JSON.parse(answer.body) as {
    response?: { uid: string; allowed: boolean; patch?: string; patchType?: string; status?: { message: string } };
  };
  const { response } = review;
  if (answer.status !== 200 || response === undefined) return { allowed: null, body: answer.body };
  const patch = JSON.parse(Buffer.from(response.patch ?? "W10=", "base64").toString()) as PatchOperation[];
  expect(response.patchType).toBe(response.patch === undefined ? undefined : "JSONPatch");
  const arrived: Json = pod ?? null;
  return {
    allowed: response.allowed,
    message: response.status?.message,
    resultingPod: response.allowed ? applyPatch(arrived, patch) : null,
    uid: response.uid,
    body: answer.body,
  };
}

describe.skipIf(!recordingsPresent)("the recorded answers of Kubeflow's webhook", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (name, recorded) => {
    const difference = differences.find((one) => one.case === name);
    const answer = ours(recorded);
    const found = differenceBetween(recorded.response as Outcome, answer);
    if (recorded.rawRequest === undefined && answer.allowed !== null) {
      expect(answer.uid).toBe("00000000-0000-0000-0000-000000000001");
    }
    if (difference === undefined) {
      if (recorded.upstreamBug !== undefined) expect(answer.allowed).toBe(recorded.response.allowed);
      else expect(found).toBeUndefined();
      return;
    }
    expect(found, "it is listed as a difference, so it has to be one").toBeDefined();
    expect(differenceBetween(difference.instead, answer), "what is listed has to be answered instead").toBeUndefined();
  });
});

test.skipIf(!recordingsPresent)("every listed difference is of a case that is recorded", () => {
  const names = new Set(cases.map(({ name }) => name));
  expect(differences.filter((one) => !names.has(one.case))).toEqual([]);
});
