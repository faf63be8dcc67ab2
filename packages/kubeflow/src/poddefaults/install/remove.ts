import {
  deleteObject,
  getObject,
  type Kubernetes,
  type KubernetesObject,
  type ObjectReference,
} from "@kfp-ts/kubernetes";
import { referenceTo, titleOf } from "../../manifests/apply-manifests.ts";
import type { OtherWebhook } from "./other-webhooks.ts";

/** Something that was taken away. */
export interface Removal {
  readonly title: string;
  readonly outcome: "deleted";
}

/**
 * Deletes an object where it is there and ours.
 *
 * @returns one removal, or none.
 */
export async function removeObject(
  kubernetes: Kubernetes,
  reference: ObjectReference,
  isOurs: (found: KubernetesObject) => boolean,
): Promise<readonly Removal[]> {
  const found = await getObject(kubernetes, reference);
  if (found === undefined || !isOurs(found)) return [];
  await deleteObject(kubernetes, reference);
  return [{ title: titleOf(found), outcome: "deleted" }];
}

/** Takes webhooks out of a registration, and the registration away where it holds nothing else. */
export async function removeWebhooks(
  kubernetes: Kubernetes,
  { configuration, webhooks, holdsMore }: OtherWebhook,
): Promise<void> {
  if (!holdsMore) {
    await deleteObject(kubernetes, referenceTo(configuration));
    return;
  }
  const all = configuration.webhooks as ReadonlyArray<{ readonly name: string }>;
  // The resource version is in it: where somebody has changed it since, this is refused.
  await kubernetes.call({
    method: "PUT",
    path: `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${configuration.metadata.name}`,
    body: { ...configuration, webhooks: all.filter(({ name }) => !webhooks.includes(name)) },
  });
}
