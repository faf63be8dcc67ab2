export { type KubeconfigOptions, kubernetesFromKubeconfig } from "./from-kubeconfig.ts";
export { type InClusterOptions, kubernetesInCluster } from "./in-cluster.ts";
export type {
  ClusterAccess,
  Kubernetes,
  KubernetesCall,
  KubernetesObject,
  MessageConnection,
  MessageListener,
  ObjectMeta,
  UpgradeCall,
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
export { openPortForward } from "./port-forward/open-port-forward.ts";
export type {
  PortForward,
  PortForwardEvent,
  PortForwardOptions,
  PortForwardTarget,
  ServicePort,
} from "./port-forward/port-forward.ts";
export { PortForwardError, type PortForwardErrorCode } from "./port-forward/port-forward-error.ts";
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
export { type FindServicesOptions, findServices } from "./services/find-services.ts";
export type { FoundService, FoundServices } from "./services/found-service.ts";
export type { Environment, Program, ProgramResult, System } from "./system.ts";
