import type { KubernetesObject } from "@kfp-ts/kubernetes";
import { WEBHOOK_PATH, type WebhookTarget } from "./webhook-target.ts";

/** What happens to a pod when the webhook does not answer: it is created as it is, or not at all. */
export const failurePolicies = ["Ignore", "Fail"] as const;
/** What happens to a pod when the webhook does not answer: it is created as it is, or not at all. */
export type FailurePolicy = (typeof failurePolicies)[number];

/** The name of the registration that is made here. A cluster has one. */
export const CONFIGURATION_NAME = "kfp-ts-poddefaults";

/** What is on everything that is installed, so that nothing else is ever taken away. */
export const OWN_LABELS = {
  "app.kubernetes.io/managed-by": "kfp-ts",
  "app.kubernetes.io/name": "poddefaults",
} as const;

/** Where the names of registrations stand that this one came in place of. */
export const REPLACED_ANNOTATION = "kfp-ts/replaced";

/** What an API server waits for an answer, in seconds. Creating a pod takes so much longer when nobody answers. */
const TIMEOUT_SECONDS = 5;

/** What a registration says. */
export interface WebhookRegistration {
  readonly target: WebhookTarget;
  /** The authorities that the webhook's certificate is checked with, as PEM. */
  readonly caBundle: string;
  readonly failurePolicy: FailurePolicy;
  /** The names of registrations that this one came in place of. */
  readonly replaced?: readonly string[] | undefined;
}

/** The object by which an API server knows of the webhook. */
export function webhookConfiguration({
  target,
  caBundle,
  failurePolicy,
  replaced = [],
}: WebhookRegistration): KubernetesObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: {
      name: CONFIGURATION_NAME,
      labels: OWN_LABELS,
      ...(replaced.length > 0 && { annotations: { [REPLACED_ANNOTATION]: replaced.join(",") } }),
    },
    webhooks: [
      {
        name: "poddefaults.kfp-ts.kubeflow.org",
        clientConfig: {
          caBundle: Buffer.from(caBundle, "utf8").toString("base64"),
          ...(target.kind === "url"
            ? { url: target.url }
            : {
                service: {
                  namespace: target.namespace,
                  name: target.name,
                  port: target.port,
                  path: WEBHOOK_PATH,
                },
              }),
        },
        rules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"], scope: "Namespaced" },
        ],
        // Namespaces of profiles alone, as Kubeflow has it: elsewhere nobody expects a pod to be changed.
        namespaceSelector: { matchLabels: { "app.kubernetes.io/part-of": "kubeflow-profile" } },
        admissionReviewVersions: ["v1", "v1beta1"],
        failurePolicy,
        sideEffects: "None",
        // PodDefaults are chosen by what a pod arrives with, and once: what other webhooks add afterwards (the proxy of a
        // mesh) is not theirs to change.
        reinvocationPolicy: "Never",
        matchPolicy: "Equivalent",
        timeoutSeconds: TIMEOUT_SECONDS,
      },
    ],
  };
}
