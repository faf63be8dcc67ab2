import { setTimeout as delay } from "node:timers/promises";
import { getObject, type Kubernetes, type KubernetesObject, type ObjectReference } from "@kfp-ts/kubernetes";
import { referenceTo } from "../../manifests/apply-manifests.ts";
import { podDefaultCrd } from "../crd/pod-default-crd.ts";
import { OWN_LABELS } from "./webhook-configuration.ts";

/** How long a cluster may take until it serves a new custom resource, or has taken one away. */
const PATIENCE_MS = 15_000;
const STEP_MS = 100;

/** The custom resource, marked as ours. */
export function ownCrd(): KubernetesObject {
  const { apiVersion, kind, metadata, spec } = podDefaultCrd() as unknown as KubernetesObject;
  return { apiVersion, kind, metadata: { ...metadata, labels: { ...metadata.labels, ...OWN_LABELS } }, spec };
}

/** Where the custom resource is. */
export function crdReference(): ObjectReference {
  return referenceTo(ownCrd());
}

/** Fulfilled as soon as the cluster serves PodDefaults; it goes on then too where it takes too long, which is told nowhere. */
export async function establishedCrd(kubernetes: Kubernetes): Promise<void> {
  await until(async () => {
    const crd = await getObject(kubernetes, crdReference());
    return crd !== undefined && conditionOf(crd, "Established") === "True";
  });
}

/** Fulfilled as soon as the custom resource is gone. @returns whether it is. */
export function vanishedCrd(kubernetes: Kubernetes): Promise<boolean> {
  return until(async () => (await getObject(kubernetes, crdReference())) === undefined);
}

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (await condition()) return true;
    await delay(STEP_MS);
  }
  return condition();
}

function conditionOf(object: KubernetesObject, type: string): string | undefined {
  // An API server that has only just made it says null.
  const { conditions } = (object.status ?? {}) as {
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string }> | null;
  };
  return conditions?.find((condition) => condition.type === type)?.status;
}
