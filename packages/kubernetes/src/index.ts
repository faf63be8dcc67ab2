export { type KubeconfigOptions, kubernetesFromKubeconfig } from "./from-kubeconfig.ts";
export { type InClusterOptions, kubernetesInCluster } from "./in-cluster.ts";
export type {
  ClusterAccess,
  Kubernetes,
  KubernetesCall,
  KubernetesObject,
  ObjectMeta,
  WatchEvent,
} from "./kubernetes.ts";
export { KubernetesConfigError, type KubernetesConfigErrorCode } from "./kubernetes-config-error.ts";
export { KubernetesError } from "./kubernetes-error.ts";
export { nodeSystem } from "./node.ts";
export {
  type ApplyOptions,
  applyObject,
  type DeleteOptions,
  deleteObject,
  getObject,
  type ListOptions,
  listObjects,
  type ObjectOptions,
} from "./objects/objects.ts";
export { collectionPath, type ObjectReference, objectPath } from "./objects/resource-path.ts";
export { openKubernetes } from "./open-kubernetes.ts";
export { type CreatedToken, createToken, type TokenRequest } from "./reviews/create-token.ts";
export type { ReviewOptions } from "./reviews/review-options.ts";
export {
  createSubjectAccessReview,
  type NonResourceAttributes,
  type ResourceAttributes,
  type SubjectAccessReviewSpec,
  type SubjectAccessReviewStatus,
} from "./reviews/subject-access-review.ts";
export {
  createTokenReview,
  type ReviewedUser,
  type TokenReviewSpec,
  type TokenReviewStatus,
} from "./reviews/token-review.ts";
export type { Environment, Program, ProgramResult, System } from "./system.ts";
