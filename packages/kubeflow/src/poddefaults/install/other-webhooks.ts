import type { KubernetesObject } from "@kfp-ts/kubernetes";
import { CONFIGURATION_NAME } from "./webhook-configuration.ts";
import { WEBHOOK_PATH } from "./webhook-target.ts";

/** A registration of another PodDefault webhook. */
export interface OtherWebhook {
  readonly configuration: KubernetesObject;
  /** The names of the webhooks in it that apply PodDefaults. */
  readonly webhooks: readonly string[];
  /** Whether it holds webhooks for something else too, which have to stay. */
  readonly holdsMore: boolean;
}

/** The names that Kubeflow's own webhook is registered under. */
const KUBEFLOW_CONFIGURATION = "admission-webhook-mutating-webhook-configuration";
const KUBEFLOW_WEBHOOK = "admission-webhook-deployment.kubeflow.org";

interface Webhook {
  readonly name: string;
  readonly clientConfig?: {
    readonly url?: string | undefined;
    readonly service?: { readonly path?: string | undefined } | undefined;
  };
}

/**
 * Which of the registrations of a cluster apply PodDefaults, apart from ours: Kubeflow's own, and whatever is called at
 * the same path.
 */
export function otherWebhooks(configurations: readonly KubernetesObject[]): OtherWebhook[] {
  return configurations.flatMap((configuration) => {
    if (configuration.metadata.name === CONFIGURATION_NAME) return [];
    const all = (configuration.webhooks ?? []) as readonly Webhook[];
    const found = all.filter((webhook) => appliesPodDefaults(configuration, webhook));
    if (found.length === 0) return [];
    return [{ configuration, webhooks: found.map(({ name }) => name), holdsMore: found.length < all.length }];
  });
}

function appliesPodDefaults({ metadata }: KubernetesObject, { name, clientConfig }: Webhook): boolean {
  if (metadata.name === KUBEFLOW_CONFIGURATION || name === KUBEFLOW_WEBHOOK) return true;
  const { url, service } = clientConfig ?? {};
  const path = url !== undefined && URL.canParse(url) ? new URL(url).pathname : service?.path;
  return path === WEBHOOK_PATH;
}
