import { applyPodDefaults, type Json, type JsonObject, type PodDefault, type PodVerdict } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { applyPatch } from "./apply-patch.ts";
import { generatedPod, generatedPodDefault } from "./generated.ts";
import { Seeded } from "./seeded.ts";

const ROUNDS = 4000;

interface Round {
  readonly seeded: Seeded;
  readonly pod: JsonObject;
  readonly podDefaults: readonly PodDefault[];
  readonly verdict: PodVerdict;
}

function rounds(seed: number): readonly Round[] {
  return Array.from({ length: ROUNDS }, (_, index) => {
    const seeded = new Seeded(seed * 100_000 + index);
    const pod = generatedPod(seeded);
    const podDefaults = ["pd-a", "pd-b", "pd-c"]
      .slice(0, 1 + Math.floor(seeded.next() * 3))
      .map((name) => generatedPodDefault(seeded, name));
    return { seeded, pod, podDefaults, verdict: applyPodDefaults({ pod, namespace: "here", podDefaults }) };
  });
}

const admitted = (all: readonly Round[]): ReadonlyArray<Round & { readonly result: JsonObject }> =>
  all.flatMap((round) =>
    round.verdict.admitted ? [{ ...round, result: applyPatch(round.pod, round.verdict.patch) as JsonObject }] : [],
  );

/** What of `before` is missing in `after`: every value has to be there still, and lists have to begin as they did. */
function lost(before: Json | undefined, after: Json | undefined, path = ""): string[] {
  if (before === null || before === undefined) return [];
  if (Array.isArray(before)) {
    if (before.length === 0) return [];
    return Array.isArray(after)
      ? before.flatMap((item: Json, at) => lost(item, after[at] as Json, `${path}/${at}`))
      : [path];
  }
  if (typeof before === "object") {
    if (typeof after !== "object" || after === null) return [path];
    return Object.entries(before).flatMap(([name, value]) =>
      lost(value, (after as JsonObject)[name], `${path}/${name}`),
    );
  }
  return before === after ? [] : [path];
}

/** What a PodDefault may replace. */
const REPLACED =
  /^\/(spec\/(serviceAccountName|automountServiceAccountToken)|metadata\/annotations\/poddefault\.admission)/;

describe("pods and PodDefaults at random", () => {
  const all = rounds(1);

  test("both verdicts are met, many times", () => {
    const denied = all.filter(({ verdict }) => !verdict.admitted).length;
    expect(denied).toBeGreaterThan(ROUNDS / 10);
    expect(ROUNDS - denied).toBeGreaterThan(ROUNDS / 10);
  });

  test("a patch can always be applied, and nothing of the pod is lost by it", () => {
    for (const { pod, result } of admitted(all)) {
      expect(lost(pod, result).filter((path) => !REPLACED.test(path))).toEqual([]);
    }
  });

  test("the pod that arrives is not changed", () => {
    for (const { seeded: _, pod, podDefaults } of all.slice(0, 500)) {
      const before = structuredClone({ pod, podDefaults });
      applyPodDefaults({ pod, namespace: "here", podDefaults });
      expect({ pod, podDefaults }).toEqual(before);
    }
  });

  test("a pod that has got its PodDefaults is not changed by them again", () => {
    for (const { result, podDefaults } of admitted(all)) {
      const again = applyPodDefaults({ pod: result, namespace: "here", podDefaults });
      expect(again).toMatchObject({ admitted: true, patch: [] });
    }
  });

  test("the order in which PodDefaults are given does not count, only that of their names", () => {
    for (const { seeded, pod, podDefaults, verdict } of all) {
      expect(applyPodDefaults({ pod, namespace: "here", podDefaults: seeded.shuffled(podDefaults) })).toEqual(verdict);
    }
  });

  test("every PodDefault that applies leaves its marker, with its version", () => {
    for (const { result, podDefaults, verdict } of admitted(all)) {
      const annotations = ((result.metadata as JsonObject).annotations ?? {}) as JsonObject;
      for (const name of verdict.admitted ? verdict.applied : []) {
        const version = podDefaults.find((one) => one.metadata.name === name)?.metadata.resourceVersion;
        expect(annotations[`poddefault.admission.kubeflow.org/poddefault-${name}`]).toBe(version);
      }
    }
  });

  test("a denial names every PodDefault that applies, and both values", () => {
    for (const { verdict } of all) {
      if (verdict.admitted) continue;
      expect(verdict.message).toMatch(
        /^conflict occurred while applying poddefaults: pd-[abc](,pd-[abc])* on pod: p? err: \[?merging /,
      );
      expect(verdict.message).toMatch(/ has:\n[\s\S]* (has|have|has as well):\n[\s\S]*\nWhat to change: /);
    }
  });
});
