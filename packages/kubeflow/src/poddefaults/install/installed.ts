import type { KubernetesObject, ObjectReference } from "@kfp-ts/kubernetes";
import { CONFIGURATION_NAME, REPLACED_ANNOTATION } from "./webhook-configuration.ts";

/** Where the registration is. */
export const configurationReference: ObjectReference = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  name: CONFIGURATION_NAME,
};

/** The names of the registrations that one came in place of. */
export function namesReplaced(configuration: KubernetesObject | undefined): readonly string[] {
  const names = configuration?.metadata.annotations?.[REPLACED_ANNOTATION] ?? "";
  return names === "" ? [] : names.split(",");
}

/** The namespace of the service that a registration points to. */
export function serviceNamespaceOf(configuration: KubernetesObject): string | undefined {
  const [webhook] = (configuration.webhooks ?? []) as ReadonlyArray<{
    readonly clientConfig?: { readonly service?: { readonly namespace?: string } };
  }>;
  return webhook?.clientConfig?.service?.namespace;
}
