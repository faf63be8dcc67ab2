import { createHash } from "node:crypto";

const PREFIX = "poddefault.admission.kubeflow.org/";

/** On a pod, with the value `true`: no PodDefault applies to it. */
export const EXCLUDE_ANNOTATION = `${PREFIX}exclude`;

/** Of static pods, which the kubelet shows to the API server and nobody may change. */
export const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/** How long the name part of an annotation's key may be. */
const LONGEST = 63;

/**
 * The annotation that says which version of a PodDefault a pod has got.
 *
 * The name of a PodDefault can have 253 characters and a key but 63 of them. Where `poddefault-<name>` is longer, it is
 * cut and ends in part of the hash of the whole, so that two long names that begin alike have two keys.
 */
export function markerAnnotation(podDefault: string): string {
  const name = `poddefault-${podDefault}`;
  if (name.length <= LONGEST) return PREFIX + name;
  const hash = createHash("sha256").update(podDefault).digest("hex").slice(0, 10);
  return `${PREFIX}${name.slice(0, LONGEST - hash.length - 1)}-${hash}`;
}
