import type { ObjectMeta } from "@kfp-ts/kubernetes";
import type { JsonObject } from "./json.ts";

/** Where the API server serves PodDefaults, in all namespaces. */
export const POD_DEFAULTS_PATH = "/apis/kubeflow.org/v1alpha1/poddefaults";

/** The name of the CustomResourceDefinition of PodDefault. */
export const POD_DEFAULT_CRD_NAME = "poddefaults.kubeflow.org";

/** Which pods a PodDefault is for, as it was written: nothing in it is known to be valid. */
export interface PodDefaultSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null | undefined;
  readonly matchExpressions?: ReadonlyArray<PodDefaultExpression> | null | undefined;
}

/** One requirement of a selector; `operator` is In, NotIn, Exists or DoesNotExist where it is valid. */
export interface PodDefaultExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null | undefined;
}

/** What a PodDefault adds to the pods that it is for. Entries are those of a Pod of core/v1. */
export interface PodDefaultSpec {
  /** Empty or absent: every pod of the namespace. */
  readonly selector?: PodDefaultSelector | null | undefined;
  /** Shown where notebooks are made; not used here. */
  readonly desc?: string | null | undefined;
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
  readonly serviceAccountName?: string | null | undefined;
  readonly automountServiceAccountToken?: boolean | null | undefined;
  readonly command?: readonly string[] | null | undefined;
  readonly args?: readonly string[] | null | undefined;
  readonly env?: readonly JsonObject[] | null | undefined;
  readonly envFrom?: readonly JsonObject[] | null | undefined;
  readonly volumeMounts?: readonly JsonObject[] | null | undefined;
  readonly volumes?: readonly JsonObject[] | null | undefined;
  readonly tolerations?: readonly JsonObject[] | null | undefined;
  readonly imagePullSecrets?: readonly JsonObject[] | null | undefined;
  readonly initContainers?: readonly JsonObject[] | null | undefined;
  readonly sidecars?: readonly JsonObject[] | null | undefined;
}

/** A PodDefault of kubeflow.org/v1alpha1: what the pods of its namespace get that its selector picks. */
export interface PodDefault {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
  readonly spec?: PodDefaultSpec | null | undefined;
  readonly [field: string]: unknown;
}
