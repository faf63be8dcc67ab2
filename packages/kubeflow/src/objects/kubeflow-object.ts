import type { ObjectMeta } from "@kfp-ts/kubernetes";
import type { PodDefault } from "../poddefaults/pod-default.ts";
import type { RbacObject, Subject } from "../rbac/rbac-objects.ts";

export interface Namespace {
  readonly apiVersion: "v1";
  readonly kind: "Namespace";
  readonly metadata: ObjectMeta & { readonly name: string };
}

export interface ServiceAccount {
  readonly apiVersion: "v1";
  readonly kind: "ServiceAccount";
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
}

/** A person's or team's namespace in Kubeflow, of the same name as the profile. */
export interface Profile {
  readonly apiVersion: "kubeflow.org/v1";
  readonly kind: "Profile";
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly spec: { readonly owner: Subject };
}

/** An object that Kubeflow in a box knows what to do with. */
export type KubeflowObject =
  | Namespace
  | ServiceAccount
  | Profile
  | (PodDefault & { readonly kind: "PodDefault" })
  | RbacObject;

/** Where something stands in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a file says. */
export interface ObjectFile {
  readonly objects: readonly KubeflowObject[];
  /** Where each object begins. */
  readonly places: ReadonlyMap<KubeflowObject, Place>;
  /** What is in the file and has no effect here, a sentence each, with its place. */
  readonly warnings: readonly string[];
}

/** An object by its kind, namespace and name, as messages name it; no two objects of a set have the same. */
export function describeObject(object: KubeflowObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace ? `${namespace}/` : ""}${name ?? ""}`;
}
