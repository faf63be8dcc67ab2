import type { KubernetesObject, ObjectReference } from "@kfp-ts/kubernetes";
import { certificateFiles } from "./certificate-files.ts";
import type { ServingCertificate } from "./serving-certificate.ts";
import { OWN_LABELS } from "./webhook-configuration.ts";

/** The Secret of the webhook's certificate, in the namespace of its service. */
export const SECRET_NAME = "kfp-ts-poddefaults-tls";

/** Where the Secret of a namespace is. */
export function secretIn(namespace: string): ObjectReference {
  return { apiVersion: "v1", kind: "Secret", name: SECRET_NAME, namespace };
}

/** A serving certificate as a Secret of type kubernetes.io/tls, with the authorities beside it. */
export function certificateSecret(namespace: string, made: ServingCertificate): KubernetesObject {
  const data = Object.entries(certificateFiles).map(([part, file]) => [
    file,
    Buffer.from(made[part as keyof ServingCertificate], "utf8").toString("base64"),
  ]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: SECRET_NAME, namespace, labels: OWN_LABELS },
    type: "kubernetes.io/tls",
    data: Object.fromEntries(data),
  };
}

/** The serving certificate in a Secret; undefined where a part of it is missing. */
export function certificateOf(secret: KubernetesObject): ServingCertificate | undefined {
  const data = (secret.data ?? {}) as Readonly<Record<string, string>>;
  const part = (file: string): string => Buffer.from(data[file] ?? "", "base64").toString("utf8");
  const found = {
    certificate: part(certificateFiles.certificate),
    key: part(certificateFiles.key),
    authorities: part(certificateFiles.authorities),
  };
  return Object.values(found).includes("") ? undefined : found;
}

/** Whether an object has the labels of what is installed here. */
export function isOwn({ metadata }: KubernetesObject): boolean {
  return Object.entries(OWN_LABELS).every(([key, value]) => metadata.labels?.[key] === value);
}
