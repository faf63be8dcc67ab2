import type { ObjectMeta } from "@kfp-ts/kubernetes";

/** What a role allows: every verb on every resource of every group that it lists, `*` standing for all of them. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly nonResourceURLs?: readonly string[] | undefined;
}

/** Labels that objects are chosen by, as Kubernetes has it in LabelSelector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: ReadonlyArray<{
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[] | undefined;
  }>;
}

export interface ClusterRole {
  readonly kind: "ClusterRole";
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly rules?: readonly PolicyRule[] | null | undefined;
  /** Where it is present, the rules are those of the cluster roles with these labels, and what `rules` says is overwritten. */
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] | undefined } | undefined;
}

export interface Role {
  readonly kind: "Role";
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
  readonly rules?: readonly PolicyRule[] | null | undefined;
}

export interface Subject {
  readonly kind: "User" | "Group" | "ServiceAccount";
  readonly apiGroup?: string | undefined;
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: "ClusterRole" | "Role";
  readonly name: string;
}

export interface ClusterRoleBinding {
  readonly kind: "ClusterRoleBinding";
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | null | undefined;
}

export interface RoleBinding {
  readonly kind: "RoleBinding";
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | null | undefined;
}

/** An object of rbac.authorization.k8s.io/v1. */
export type RbacObject = ClusterRole | Role | ClusterRoleBinding | RoleBinding;

/** Who asks: a name, and the groups that go with it. */
export interface AccessSubject {
  readonly user: string;
  readonly groups?: readonly string[] | undefined;
}

/** What a review of access answers, as the status of a SubjectAccessReview does. */
export interface AccessReview {
  readonly allowed: boolean;
  /** As Kubernetes' RBAC authorizer words it; empty for most refusals. */
  readonly reason: string;
  /** What was wrong with the rules on the way: a role that is bound and does not exist. Empty where nothing was. */
  readonly evaluationError: string;
}
