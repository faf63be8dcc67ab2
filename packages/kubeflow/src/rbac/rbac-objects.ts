import type { ObjectMeta } from "@kfp-ts/kubernetes";

/** The version of the API that all objects of RBAC have here. */
export type RbacVersion = "rbac.authorization.k8s.io/v1";

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
  readonly apiVersion?: RbacVersion | undefined;
  readonly kind: "ClusterRole";
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly rules?: readonly PolicyRule[] | null | undefined;
  /** Where it is present, the rules are those of the cluster roles with these labels; `rules` counts where these have none. */
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] | undefined } | undefined;
}

export interface Role {
  readonly apiVersion?: RbacVersion | undefined;
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
  readonly apiVersion?: RbacVersion | undefined;
  readonly kind: "ClusterRoleBinding";
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | null | undefined;
}

export interface RoleBinding {
  readonly apiVersion?: RbacVersion | undefined;
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

/** What somebody wants to do with a resource, as in the `resourceAttributes` of a SubjectAccessReview. */
export interface ResourceAccess {
  readonly verb: string;
  /** Empty or absent for what is cluster-wide: then bindings of namespaces do not count. */
  readonly namespace?: string | undefined;
  /** @default "" (the core group) */
  readonly group?: string | undefined;
  /** Rules do not look at it. */
  readonly version?: string | undefined;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Empty or absent for lists and for creating: then a rule with resource names does not count. */
  readonly name?: string | undefined;
}

/** What somebody wants to do with a path that is no resource: `{ verb: "get", path: "/healthz" }`. */
export interface NonResourceAccess {
  readonly verb: string;
  readonly path: string;
}

/** What an access review asks about. */
export type AccessAttributes = ResourceAccess | NonResourceAccess;

/** What a review of access answers, as `allowed` and `reason` of the status of a SubjectAccessReview. */
export interface AccessReview {
  readonly allowed: boolean;
  /**
   * As Kubernetes' RBAC authorizer words it: the binding that allows. Of a refusal, what was wrong with the bindings on
   * the way (a role that is bound and does not exist); empty for most.
   */
  readonly reason: string;
}
