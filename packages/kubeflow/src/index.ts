export { createRbac, type Rbac } from "./rbac/rbac.ts";
export type {
  AccessAttributes,
  AccessReview,
  AccessSubject,
  ClusterRole,
  ClusterRoleBinding,
  NonResourceAccess,
  PolicyRule,
  RbacObject,
  ResourceAccess,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from "./rbac/rbac-objects.ts";
export { kubeflowBindings, kubeflowClusterRoles } from "./rbac/roles-of-kubeflow.ts";
export { kubernetesBindings, kubernetesClusterRoles } from "./rbac/roles-of-kubernetes.ts";
