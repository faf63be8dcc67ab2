export type {
  ClusterAccess,
  Kubernetes,
  KubernetesCall,
  KubernetesObject,
  ObjectMeta,
  WatchEvent,
} from "./kubernetes.ts";
export { KubernetesError } from "./kubernetes-error.ts";
