import type { Shape } from "./shape.ts";

const text: Shape = { is: "text" };
const truth: Shape = { is: "truth" };
const whole: Shape = { is: "whole number" };
const texts: Shape = { is: "list", of: text };
const mapOfTexts: Shape = { is: "map of texts" };
const object: Shape = { is: "object" };
const objects: Shape = { is: "list", of: object };
const anything: Shape = { is: "anything" };

const fields = (of: Readonly<Record<string, Shape>>): Shape => ({ is: "fields", fields: of });
const list = (of: Readonly<Record<string, Shape>>): Shape => ({ is: "list", of: fields(of) });

const metadata = fields({
  name: text,
  generateName: text,
  namespace: text,
  labels: mapOfTexts,
  annotations: mapOfTexts,
  finalizers: texts,
  ownerReferences: list({
    apiVersion: text,
    kind: text,
    name: text,
    uid: text,
    controller: truth,
    blockOwnerDeletion: truth,
  }),
  // What a cluster adds, and `kubectl get --output yaml` therefore prints.
  uid: text,
  resourceVersion: text,
  generation: whole,
  creationTimestamp: text,
  deletionTimestamp: text,
  deletionGracePeriodSeconds: whole,
  selfLink: text,
  managedFields: anything,
});

const labelSelector = fields({
  matchLabels: mapOfTexts,
  matchExpressions: list({ key: text, operator: text, values: texts }),
});

const rules = list({
  verbs: texts,
  apiGroups: texts,
  resources: texts,
  resourceNames: texts,
  nonResourceURLs: texts,
});

const roleRef = fields({ apiGroup: text, kind: text, name: text });
const subject = { apiGroup: text, kind: text, name: text, namespace: text };

const kind = (more: Readonly<Record<string, Shape>>): Shape =>
  fields({ apiVersion: text, kind: text, metadata, ...more });

/** A kind of object that is read: of which version of the API, whether in a namespace, and its fields. */
export interface ObjectKind {
  readonly apiVersion: string;
  /** Older versions with the same fields that API servers still take; what is read is given as the one above. */
  readonly olderVersions?: readonly string[];
  readonly namespaced: boolean;
  readonly shape: Shape;
}

/** The kinds that are read, by name. */
export const objectKinds: Readonly<Record<string, ObjectKind>> = {
  Namespace: {
    apiVersion: "v1",
    namespaced: false,
    shape: kind({ spec: fields({ finalizers: texts }), status: object }),
  },
  ServiceAccount: {
    apiVersion: "v1",
    namespaced: true,
    shape: kind({ secrets: objects, imagePullSecrets: list({ name: text }), automountServiceAccountToken: truth }),
  },
  Role: { apiVersion: "rbac.authorization.k8s.io/v1", namespaced: true, shape: kind({ rules }) },
  ClusterRole: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: false,
    shape: kind({ rules, aggregationRule: fields({ clusterRoleSelectors: { is: "list", of: labelSelector } }) }),
  },
  RoleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: true,
    shape: kind({ roleRef, subjects: list(subject) }),
  },
  ClusterRoleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: false,
    shape: kind({ roleRef, subjects: list(subject) }),
  },
  Profile: {
    apiVersion: "kubeflow.org/v1",
    olderVersions: ["kubeflow.org/v1beta1"],
    namespaced: false,
    shape: kind({
      spec: fields({
        owner: fields(subject),
        plugins: list({ apiVersion: text, kind: text, spec: object }),
        resourceQuotaSpec: object,
      }),
      status: object,
    }),
  },
  PodDefault: {
    apiVersion: "kubeflow.org/v1alpha1",
    namespaced: true,
    shape: kind({
      // What entries are made of is core/v1's and for the webhook to read.
      spec: fields({
        selector: labelSelector,
        desc: text,
        annotations: mapOfTexts,
        labels: mapOfTexts,
        serviceAccountName: text,
        automountServiceAccountToken: truth,
        command: texts,
        args: texts,
        env: objects,
        envFrom: objects,
        volumeMounts: objects,
        volumes: objects,
        tolerations: objects,
        imagePullSecrets: objects,
        initContainers: objects,
        sidecars: objects,
      }),
      status: object,
    }),
  },
};
