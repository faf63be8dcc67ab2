import { getObject, type Kubernetes, type KubernetesObject, listObjects } from "@kfp-ts/kubernetes";
import {
  type ApplyOutcome,
  applyChange,
  type ObjectChange,
  planApply,
  titleOf,
  withoutVolatile,
} from "../../manifests/apply-manifests.ts";
import { yamlOf } from "../../manifests/manifest.ts";
import { prepareCertificateDirectory, readCertificateFiles, writeCertificateFiles } from "./certificate-files.ts";
import { certificateOf, certificateSecret, isOwn, isOwnSecret, secretIn } from "./certificate-secret.ts";
import { crdReference, establishedCrd, ownCrd } from "./crd.ts";
import { PodDefaultInstallError } from "./install-error.ts";
import { namesReplaced, serviceNamespaceOf } from "./installed.ts";
import { type OtherWebhook, otherWebhooks } from "./other-webhooks.ts";
import { removeObject, removeWebhooks } from "./remove.ts";
import { certificatesIn, renewServingCertificate, type ServingCertificate } from "./serving-certificate.ts";
import { CONFIGURATION_NAME, type FailurePolicy, webhookConfiguration } from "./webhook-configuration.ts";
import { hostsOf, type WebhookTarget } from "./webhook-target.ts";

/** How the PodDefault webhook is installed. */
export interface InstallPodDefaultsOptions {
  /** Where the API server finds the webhook. */
  readonly target: WebhookTarget;
  /**
   * The directory that the certificate is kept in, where the target is a URL; a service has it in a Secret. Made for its
   * owner alone.
   */
  readonly certDir: string;
  /** The authorities of a webhook that has certificates of its own, as PEM; then none are made. */
  readonly caBundle?: string | undefined;
  /** What happens to pods when the webhook does not answer. @default "Ignore" */
  readonly failurePolicy?: FailurePolicy | undefined;
  /** Come in place of other PodDefault webhooks, which are taken away. @default false */
  readonly replace?: boolean | undefined;
  /** Is given a registration, by its name and as YAML, before it is taken away. Where it fails, that stays. */
  readonly onReplace?: ((name: string, yaml: string) => Promise<void>) | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** What became of one thing. `kept`: it was there, it is somebody else's, and it serves. */
export interface InstallStep {
  /** An object as kubectl names it, or a path. */
  readonly title: string;
  readonly outcome: ApplyOutcome | "kept" | "deleted";
}

/**
 * Installs the PodDefault webhook in a cluster: the custom resource, the certificate, the registration. Installing again
 * keeps what is in order and renews a certificate that is near its end; what is refused is refused before anything is
 * changed.
 *
 * @returns what became of each thing, in order.
 * @throws PodDefaultInstallError where another PodDefault webhook is registered and `replace` is not said, and where the
 * place of the certificates cannot be used; KubernetesError where the cluster refuses.
 */
export async function installPodDefaults(
  kubernetes: Kubernetes,
  {
    target,
    certDir,
    caBundle,
    failurePolicy = "Ignore",
    replace = false,
    onReplace,
    now = Date.now,
  }: InstallPodDefaultsOptions,
): Promise<readonly InstallStep[]> {
  const configurations = await listObjects(kubernetes, WEBHOOKS);
  const others = otherWebhooks(configurations);
  if (others.length > 0 && !replace) throw registered(others);
  const before = configurations.find(({ metadata }) => metadata.name === CONFIGURATION_NAME);

  const place = caBundle === undefined ? placeOf(kubernetes, target, certDir) : undefined;
  const old = await place?.read();
  const made = place && (await renewServingCertificate(old, hostsOf(target), now()));
  const authorities = made?.authorities ?? checkedBundle(caBundle ?? "");
  const replaced = [...namesReplaced(before), ...others.map(({ configuration }) => configuration.metadata.name ?? "")];
  const registration = webhookConfiguration({
    target,
    caBundle: authorities,
    failurePolicy,
    replaced: [...new Set(replaced)].sort(),
  });

  // What the cluster would refuse, it refuses before anything is changed.
  const crd = await crdChange(kubernetes);
  const [webhook] = await planApply(kubernetes, [registration], { force: true });
  const secret = target.kind === "service" && made ? certificateSecret(target.namespace, made) : undefined;
  const [secretChange] = secret === undefined ? [] : await planApply(kubernetes, [secret], { force: true });

  const steps: InstallStep[] = [await settleCrd(kubernetes, crd)];
  // The registration trusts the old authority and the new one before the webhook shows the new certificate.
  if (webhook !== undefined) steps.push(await settle(kubernetes, webhook));
  if (secretChange !== undefined) steps.push(await settle(kubernetes, secretChange));
  else if (place !== undefined && made !== undefined) {
    if (made !== old) await writeCertificateFiles(certDir, made);
    steps.push({ title: certDir, outcome: made === old ? "unchanged" : old === undefined ? "created" : "configured" });
  }
  for (const other of others) steps.push(await replaceOther(kubernetes, other, onReplace));
  const forsaken = forsakenSecret(before, target);
  if (forsaken !== undefined) steps.push(...(await removeObject(kubernetes, forsaken, isOwnSecret)));
  return steps;
}

const WEBHOOKS = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
} as const;

/** Where the certificate is kept. */
function placeOf(kubernetes: Kubernetes, target: WebhookTarget, certDir: string) {
  if (target.kind === "service") {
    return { read: () => readSecret(kubernetes, target.namespace) };
  }
  return {
    async read(): Promise<ServingCertificate | undefined> {
      await prepareCertificateDirectory(certDir);
      return readCertificateFiles(certDir);
    },
  };
}

async function readSecret(kubernetes: Kubernetes, namespace: string): Promise<ServingCertificate | undefined> {
  const secret = await getObject(kubernetes, secretIn(namespace));
  if (secret === undefined) return undefined;
  if (isOwn(secret)) return certificateOf(secret);
  throw new PodDefaultInstallError(
    "CERTIFICATES",
    `The secret ${secret.metadata.name} in ${namespace} is there and was not made by kfp-ts.`,
    `Look what it is, and delete it: kubectl delete secret ${secret.metadata.name} --namespace ${namespace}`,
  );
}

/** Authorities that a person gives. */
function checkedBundle(caBundle: string): string {
  if (certificatesIn(caBundle).length > 0) return caBundle;
  throw new PodDefaultInstallError(
    "INVALID",
    "The bundle of authorities holds no certificate that can be read.",
    "Give the certificate of the authority that signed the webhook's own, as PEM.",
  );
}

function registered(others: readonly OtherWebhook[]): PodDefaultInstallError {
  const names = others.map(({ configuration }) => configuration.metadata.name).join(", ");
  return new PodDefaultInstallError(
    "REGISTERED",
    `The cluster has a PodDefault webhook already: the MutatingWebhookConfiguration ${names}. Two of them would both change every pod.`,
    "Say --replace to take it away and come in its place; otherwise there is nothing to do.",
  );
}

/** The custom resource as it would become; one that somebody else has made is theirs. */
async function crdChange(kubernetes: Kubernetes): Promise<ObjectChange | KubernetesObject> {
  const own = ownCrd();
  const now = await getObject(kubernetes, crdReference());
  if (now !== undefined && !isOwn(now)) return now;
  const [change] = await planApply(kubernetes, [own], { force: true });
  return change ?? own;
}

async function settleCrd(kubernetes: Kubernetes, crd: ObjectChange | KubernetesObject): Promise<InstallStep> {
  if (!("diff" in crd)) return { title: titleOf(crd as KubernetesObject), outcome: "kept" };
  const step = await settle(kubernetes, crd as ObjectChange);
  await establishedCrd(kubernetes);
  return step;
}

async function settle(kubernetes: Kubernetes, change: ObjectChange): Promise<InstallStep> {
  return { title: change.title, outcome: await applyChange(kubernetes, change, { force: true }) };
}

async function replaceOther(
  kubernetes: Kubernetes,
  other: OtherWebhook,
  onReplace: InstallPodDefaultsOptions["onReplace"],
): Promise<InstallStep> {
  await onReplace?.(other.configuration.metadata.name ?? "", yamlOf(withoutVolatile(other.configuration)));
  await removeWebhooks(kubernetes, other);
  return { title: titleOf(other.configuration), outcome: other.holdsMore ? "configured" : "deleted" };
}

/** The Secret of a registration that pointed to a service in another namespace, or that now points to a URL. */
function forsakenSecret(before: KubernetesObject | undefined, target: WebhookTarget) {
  const namespace = before && serviceNamespaceOf(before);
  if (namespace === undefined) return undefined;
  return target.kind === "service" && target.namespace === namespace ? undefined : secretIn(namespace);
}
