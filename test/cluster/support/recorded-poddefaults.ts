import { existsSync, readFileSync } from "node:fs";

const recording = new URL("../../../../shared/poddefaults/e2e/e2e.json", import.meta.url);

/** Whether the recording lies beside the checkout. */
export const recordingPresent = existsSync(recording);

type Json = Record<string, unknown>;

/** A pod that was created while Kubeflow's webhook was registered, and what became of it. */
export interface RecordedPod {
  readonly name: string;
  readonly pod: Json & { readonly metadata: { readonly name: string; readonly namespace: string } };
  readonly created: boolean;
  readonly admissionReviewVersions?: readonly string[];
  readonly error?: string;
  readonly stored?: { readonly labels: Json; readonly annotations: Json; readonly spec: Json };
}

/** What was recorded in a cluster with Kubeflow's webhook. */
export interface Recording {
  readonly podDefaults: ReadonlyArray<
    Json & { readonly metadata: { readonly name: string; readonly namespace: string } }
  >;
  readonly cases: readonly RecordedPod[];
  readonly crdValidation: ReadonlyArray<{ readonly spec: Json; readonly created: boolean; readonly error: string }>;
}

/** Reads it, with other names for its namespaces. */
export function readRecording(namespaces: Readonly<Record<string, string>>): Recording {
  let text = readFileSync(recording, "utf8");
  // The longest first: one name is the beginning of another.
  for (const name of Object.keys(namespaces).sort((one, other) => other.length - one.length)) {
    text = text.replaceAll(`"${name}"`, JSON.stringify(namespaces[name]));
  }
  return JSON.parse(text) as Recording;
}

/** What pods become here instead, on purpose, and why. */
export const differences: Readonly<Record<string, { readonly created: true; readonly why: string }>> = {
  "page-pod-with-label": { created: true, why: "what the cluster fills in by itself is no conflict" },
  dupside: {
    created: true,
    why: "a container that is the sidecar with its defaults is the sidecar: it is there already",
  },
  "side-env-two-containers": { created: true, why: "the patch does not remove by indexes that have changed" },
  "side-env-three-containers": { created: true, why: "the patch does not remove by indexes that have changed" },
  "envfrom-dup-plus-new": { created: true, why: "the patch adds behind the end and not beyond it" },
  "long-name": { created: true, why: "the mark of a long name is shortened to what a key may be" },
  "v1-only": { created: true, why: "answers carry apiVersion and kind" },
  "v1-only-nolabel": { created: true, why: "answers carry apiVersion and kind" },
  "v1-first": { created: true, why: "answers carry apiVersion and kind" },
  "webhook-down": { created: true, why: "pods are created without the webhook, unless it is asked otherwise" },
  "broken-selector": { created: true, why: "a broken selector counts against its own PodDefault" },
  "identical-sidecar": { created: true, why: "a sidecar that is there already stays, and so do the other containers" },
};
