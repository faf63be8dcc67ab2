import type { Kubernetes } from "@kfp-ts/kubernetes";
import { type ReviewResource, reviewGroups } from "./kubernetes-failure.ts";

const RESOURCES: readonly ReviewResource[] = ["tokenreviews", "subjectaccessreviews"];

/**
 * Asks a Kubernetes cluster which of the reviews that a server for many users needs its account may not create.
 *
 * @param timeoutMs - How long one question may take, in milliseconds. 5 seconds by default.
 * @throws KubernetesError where it cannot be asked.
 */
export async function missingReviewRights(
  kubernetes: Kubernetes,
  { timeoutMs = 5000 } = {},
): Promise<readonly ReviewResource[]> {
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
  return missing;
}

/** The YAML that gives an account of a cluster the right to both reviews, to be applied by one of its administrators. */
export const reviewRightsYaml = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: kfp-ts-reviews
rules:
${RESOURCES.map(
  (resource) => `- apiGroups: [${reviewGroups[resource]}]
  resources: [${resource}]
  verbs: [create]
`,
).join("")}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: kfp-ts-reviews
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kfp-ts-reviews
subjects:
# the account that kfp-ts serve runs as
- kind: ServiceAccount
  name: ml-pipeline
  namespace: kubeflow
`;
