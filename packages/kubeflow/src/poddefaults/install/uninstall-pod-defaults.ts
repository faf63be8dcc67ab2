import { getObject, type Kubernetes, type KubernetesObject, listObjects } from "@kfp-ts/kubernetes";
import { titleOf } from "../../manifests/apply-manifests.ts";
import { removeCertificateFiles } from "./certificate-files.ts";
import { isOwn, secretIn } from "./certificate-secret.ts";
import { crdReference, ownCrd, vanishedCrd } from "./crd.ts";
import { configurationReference, namesReplaced, serviceNamespaceOf } from "./installed.ts";
import { type Removal, removeObject } from "./remove.ts";

const everyPodDefault = { apiVersion: "kubeflow.org/v1alpha1", kind: "PodDefault", namespace: null } as const;

/** What there is to take away. */
export interface PodDefaultInstallation {
  /** The registration; undefined where there is none. */
  readonly configuration: KubernetesObject | undefined;
  /** The names of the registrations that it came in place of. They are not brought back. */
  readonly replaced: readonly string[];
  /** The custom resource, whose it is, and how many PodDefaults go with it; undefined where there is none. */
  readonly crd: { readonly isOwn: boolean; readonly podDefaults: number } | undefined;
}

/** What is taken away, and what is left. */
export interface UninstallResult {
  readonly removed: readonly Removal[];
  /** The custom resource, where it stays, and why. */
  readonly keptCrd: { readonly title: string; readonly reason: string; readonly hasPodDefaults: boolean } | undefined;
}

/**
 * Looks what is installed in a cluster.
 *
 * @throws KubernetesError where the cluster does not tell.
 */
export async function podDefaultInstallation(kubernetes: Kubernetes): Promise<PodDefaultInstallation> {
  const configuration = await getObject(kubernetes, configurationReference);
  const crd = await getObject(kubernetes, crdReference());
  return {
    configuration,
    replaced: namesReplaced(configuration),
    crd: crd && { isOwn: isOwn(crd), podDefaults: (await listObjects(kubernetes, everyPodDefault)).length },
  };
}

/**
 * Takes away what `installPodDefaults` has made: the registration first, so that no pod waits for a webhook that has lost
 * its certificate. Nothing else is touched, and nothing that was replaced is brought back.
 *
 * @param certDir - The directory of the certificate, where the webhook was registered by a URL.
 * @param withPodDefaults - Take the custom resource away although there are PodDefaults, which go with it.
 */
export async function uninstallPodDefaults(
  kubernetes: Kubernetes,
  { configuration, crd }: PodDefaultInstallation,
  { certDir, withPodDefaults = false }: { readonly certDir: string; readonly withPodDefaults?: boolean | undefined },
): Promise<UninstallResult> {
  const removed: Removal[] = [];
  const namespace = configuration && serviceNamespaceOf(configuration);
  if (configuration !== undefined)
    removed.push(...(await removeObject(kubernetes, configurationReference, () => true)));
  if (namespace !== undefined) removed.push(...(await removeObject(kubernetes, secretIn(namespace), isOwn)));
  if (await removeCertificateFiles(certDir)) removed.push({ title: certDir, outcome: "deleted" });
  if (crd === undefined) return { removed, keptCrd: undefined };
  const title = titleOf(ownCrd());
  if (!crd.isOwn) return { removed, keptCrd: { title, reason: "kfp-ts did not make it", hasPodDefaults: false } };
  if (crd.podDefaults > 0 && !withPodDefaults) {
    const reason =
      crd.podDefaults === 1 ? "there is still a PodDefault" : `there are still ${crd.podDefaults} PodDefaults`;
    return { removed, keptCrd: { title, reason, hasPodDefaults: true } };
  }
  removed.push(...(await removeObject(kubernetes, crdReference(), isOwn)));
  await vanishedCrd(kubernetes);
  return { removed, keptCrd: undefined };
}
