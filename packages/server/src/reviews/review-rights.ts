import type { Kubernetes } from "@kfp-ts/kubernetes";
import { type ReviewResource, reviewGroups } from "./kubernetes-reviews.ts";

const RESOURCES: readonly ReviewResource[] = ["tokenreviews", "subjectaccessreviews"];

/** The rights that a server for many users lacks in a cluster. */
export interface MissingReviewRights {
  readonly missing: readonly ReviewResource[];
  /** What gives the server's account all rights that it needs, for an administrator of the cluster to apply. */
  readonly yaml: string;
}

/**
 * Asks a Kubernetes cluster which of the reviews that a server for many users needs its account may not create.
 *
 * @param timeoutMs - How long one question may take, in milliseconds. 5 seconds by default.
 * @throws KubernetesError where it cannot be asked.
 */
export async function missingReviewRights(
  kubernetes: Kubernetes,
  { timeoutMs = 5000 } = {},
): Promise<MissingReviewRights> {
  const missing: ReviewResource[] = [];
  for (const resource of RESOURCES) {
    const { status } = await kubernetes.call<{ readonly status?: { readonly allowed?: boolean } }>({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { verb: "create", group: reviewGroups[resource], resource } },
      },
      timeoutMs,
    });
    if (status?.allowed !== true) missing.push(resource);
  }
  const own = missing.length === 0 ? undefined : await ownName(kubernetes, timeoutMs);
  return { missing, yaml: rightsYaml(own ?? "system:serviceaccount:kubeflow:ml-pipeline") };
}

/** Clusters before 1.28 do not tell. */
async function ownName(kubernetes: Kubernetes, timeoutMs: number): Promise<string | undefined> {
  type Answer = { readonly status?: { readonly userInfo?: { readonly username?: string } } };
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const answer = await kubernetes.call<Answer>({ method: "POST", path, body, timeoutMs }).catch(() => undefined);
  return answer?.status?.userInfo?.username;
}

/** @param user - As Kubernetes writes it. */
function rightsYaml(user: string): string {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const subject =
    account === undefined
      ? ["kind: User", "apiGroup: rbac.authorization.k8s.io", `name: ${JSON.stringify(user)}`]
      : ["kind: ServiceAccount", `name: ${account}`, `namespace: ${namespace}`];
  const rules = RESOURCES.flatMap((resource) => [
    `- apiGroups: [${reviewGroups[resource]}]`,
    `  resources: [${resource}]`,
    "  verbs: [create]",
  ]);
  const apiVersion = "apiVersion: rbac.authorization.k8s.io/v1";
  const metadata = ["metadata:", "  name: kfp-ts-reviews"];
  const roleRef = [
    "roleRef:",
    "  apiGroup: rbac.authorization.k8s.io",
    "  kind: ClusterRole",
    "  name: kfp-ts-reviews",
  ];
  return `${[
    apiVersion,
    "kind: ClusterRole",
    ...metadata,
    "rules:",
    ...rules,
    "---",
    apiVersion,
    "kind: ClusterRoleBinding",
    ...metadata,
    ...roleRef,
    "subjects:",
    ...subject.map((line, index) => `${index === 0 ? "- " : "  "}${line}`),
  ].join("\n")}\n`;
}
