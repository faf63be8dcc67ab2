/** Who was refused, as Kubernetes says it: `User "alice" cannot list resource "services" …`. */
function subjectOf(message: string): string {
  const user = /User "([^"]+)"/.exec(message)?.[1];
  if (user === undefined) {
    return `  - apiGroup: rbac.authorization.k8s.io\n    kind: User\n    name: YOUR-USER # kubectl auth whoami`;
  }
  const account = /^system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)$/.exec(user);
  return account === null
    ? `  - apiGroup: rbac.authorization.k8s.io\n    kind: User\n    name: ${JSON.stringify(user)}`
    : `  - kind: ServiceAccount\n    name: ${account[2]}\n    namespace: ${account[1]}`;
}

/** What would allow a tunnel into a namespace, ready for `kubectl apply -f -`. */
export function allowTunnel(message: string, namespace: string): string {
  return `Have an administrator of ${namespace} apply this:

apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: kfp-tunnel
  namespace: ${namespace}
rules:
  - apiGroups: [""]
    resources: [services, pods]
    verbs: [get, list]
  - apiGroups: [discovery.k8s.io]
    resources: [endpointslices]
    verbs: [get, list]
  # A port-forward over WebSocket is a get, and also a create for newer clusters.
  - apiGroups: [""]
    resources: [pods/portforward]
    verbs: [get, create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: kfp-tunnel
  namespace: ${namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: kfp-tunnel
subjects:
${subjectOf(message)}`;
}

/** What would allow to look for services in all namespaces. */
export function allowSearch(message: string): string {
  return `Name the service with its namespace, so that it need not be looked for: kubeflow/ml-pipeline-ui. Or have an administrator of the cluster apply this:

apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: find-services
rules:
  - apiGroups: [""]
    resources: [services]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: find-services
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: find-services
subjects:
${subjectOf(message)}`;
}
