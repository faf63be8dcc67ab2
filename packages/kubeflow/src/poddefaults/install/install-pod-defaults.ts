import {
  getObject,
  type Kubernetes,
  type KubernetesObject,
  listObjects,
  type ObjectReference,
} from "@kfp-ts/kubernetes";
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
import { certificateOf, certificateSecret, isOwn, secretIn } from "./certificate-secret.ts";
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
  /** Is given each registration that is to be taken away, by its name and as YAML, before anything is changed. */
  readonly onReplace?: ((name: string, yaml: string) => Promise<void>) | undefined;
  /** Is told of each step as soon as it is done. */
  readonly onStep?: ((step: InstallStep) => void) | undefined;
  /** How long the cluster may take until it serves the custom resource, in milliseconds. @default 15 000 */
  readonly patienceMs?: number | undefined;
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
  options: InstallPodDefaultsOptions,
): Promise<readonly InstallStep[]> {
  const plan = await planInstall(kubernetes, options);
  for (const { configuration } of plan.others) {
    await options.onReplace?.(configuration.metadata.name ?? "", yamlOf(withoutVolatile(configuration)));
  }
  const steps: InstallStep[] = [];
  for await (const step of carryOut(kubernetes, plan, options.patienceMs)) {
    steps.push(step);
    options.onStep?.(step);
  }
  return steps;
}

/** What is to be done, of which the cluster has said that it would take it. */
interface InstallPlan {
  /** The change, or the custom resource itself where it is somebody else's. */
  readonly crd: ObjectChange | KubernetesObject;
  readonly registration: readonly ObjectChange[];
  readonly secret: readonly ObjectChange[];
  readonly files:
    | { readonly directory: string; readonly outcome: ApplyOutcome; readonly made: ServingCertificate }
    | undefined;
  readonly others: readonly OtherWebhook[];
  readonly forsaken: ObjectReference | undefined;
}

async function planInstall(
  kubernetes: Kubernetes,
  { target, certDir, caBundle, failurePolicy = "Ignore", replace = false, now = Date.now }: InstallPodDefaultsOptions,
): Promise<InstallPlan> {
  const configurations = await listObjects(kubernetes, WEBHOOKS);
  const others = otherWebhooks(configurations);
  if (others.length > 0 && !replace) throw registered(others);
  const before = configurations.find(({ metadata }) => metadata.name === CONFIGURATION_NAME);

  const makes = caBundle === undefined;
  const old = makes ? await readCertificate(kubernetes, target, certDir) : undefined;
  const made = makes ? await renewServingCertificate(old, hostsOf(target), now()) : undefined;
  const replaced = [...namesReplaced(before), ...others.map(({ configuration }) => configuration.metadata.name ?? "")];
  const registration = webhookConfiguration({
    target,
    caBundle: made?.authorities ?? checkedBundle(caBundle ?? ""),
    failurePolicy,
    replaced: [...new Set(replaced)].sort(),
  });
  const secrets = target.kind === "service" && made ? [certificateSecret(target.namespace, made)] : [];
  return {
    crd: await crdChange(kubernetes),
    registration: await planApply(kubernetes, [registration], { force: true }),
    secret: await planApply(kubernetes, secrets, { force: true }),
    files:
      target.kind === "url" && made
        ? {
            directory: certDir,
            made,
            outcome: made === old ? "unchanged" : old === undefined ? "created" : "configured",
          }
        : undefined,
    others,
    forsaken: forsakenSecret(before, target),
  };
}

async function* carryOut(
  kubernetes: Kubernetes,
  { crd, registration, secret, files, others, forsaken }: InstallPlan,
  patienceMs: number | undefined,
): AsyncGenerator<InstallStep> {
  yield await settleCrd(kubernetes, crd, patienceMs);
  // The registration trusts the old authority and the new one before the webhook shows the new certificate.
  for (const change of [...registration, ...secret]) yield await settle(kubernetes, change);
  if (files !== undefined) {
    if (files.outcome !== "unchanged") await writeCertificateFiles(files.directory, files.made);
    yield { title: files.directory, outcome: files.outcome };
  }
  for (const other of others) {
    await removeWebhooks(kubernetes, other);
    yield { title: titleOf(other.configuration), outcome: other.holdsMore ? "configured" : "deleted" };
  }
  if (forsaken !== undefined) yield* await removeObject(kubernetes, forsaken, isOwn);
}

const WEBHOOKS = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
} as const;

/** The certificate that there is, from where it is kept. */
async function readCertificate(
  kubernetes: Kubernetes,
  target: WebhookTarget,
  certDir: string,
): Promise<ServingCertificate | undefined> {
  if (target.kind === "service") return readSecret(kubernetes, target.namespace);
  await prepareCertificateDirectory(certDir);
  return readCertificateFiles(certDir);
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

async function settleCrd(
  kubernetes: Kubernetes,
  crd: ObjectChange | KubernetesObject,
  patienceMs: number | undefined,
): Promise<InstallStep> {
  if (!("diff" in crd)) return { title: titleOf(crd as KubernetesObject), outcome: "kept" };
  const step = await settle(kubernetes, crd as ObjectChange);
  await establishedCrd(kubernetes, patienceMs);
  return step;
}

async function settle(kubernetes: Kubernetes, change: ObjectChange): Promise<InstallStep> {
  return { title: change.title, outcome: await applyChange(kubernetes, change, { force: true }) };
}

/** The Secret of a registration that pointed to a service in another namespace, or that now points to a URL. */
function forsakenSecret(before: KubernetesObject | undefined, target: WebhookTarget): ObjectReference | undefined {
  const namespace = before && serviceNamespaceOf(before);
  if (namespace === undefined) return undefined;
  return target.kind === "service" && target.namespace === namespace ? undefined : secretIn(namespace);
}
