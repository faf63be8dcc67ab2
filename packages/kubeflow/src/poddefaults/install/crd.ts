import { setTimeout as delay } from "node:timers/promises";
import { getObject, type Kubernetes, type KubernetesObject, type ObjectReference } from "@kfp-ts/kubernetes";
import { referenceTo } from "../../manifests/apply-manifests.ts";
import { podDefaultCrd } from "../crd/pod-default-crd.ts";
import { PodDefaultInstallError } from "./install-error.ts";
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

/**
 * Fulfilled as soon as the cluster serves PodDefaults.
 *
 * @throws PodDefaultInstallError where it takes too long.
 */
export async function establishedCrd(kubernetes: Kubernetes, patienceMs = PATIENCE_MS): Promise<void> {
  let complaint: string | undefined;
  const isServed = await until(async () => {
    const crd = await getObject(kubernetes, crdReference());
    complaint = crd && conditionOf(crd, "NamesAccepted")?.message;
    return crd !== undefined && conditionOf(crd, "Established")?.status === "True";
  }, patienceMs);
  if (isServed) return;
  throw new PodDefaultInstallError(
    "NOT_SERVED",
    `The cluster has taken the custom resource ${crdReference().name} and does not serve it${complaint ? `: ${complaint}` : ""}.`,
    `Look why: kubectl describe crd ${crdReference().name}. Then install again.`,
  );
}

/** Fulfilled as soon as the custom resource is gone. @returns whether it is. */
export function vanishedCrd(kubernetes: Kubernetes): Promise<boolean> {
  return until(async () => (await getObject(kubernetes, crdReference())) === undefined, PATIENCE_MS);
}

async function until(condition: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  for (let waited = 0; waited < patienceMs; waited += STEP_MS) {
    if (await condition()) return true;
    await delay(STEP_MS);
  }
  return condition();
}

function conditionOf({ status }: KubernetesObject, type: string): Condition | undefined {
  // An API server that has only just made it says null.
  const { conditions } = (status ?? {}) as { readonly conditions?: readonly Condition[] | null };
  return conditions?.find((condition) => condition.type === type);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}
