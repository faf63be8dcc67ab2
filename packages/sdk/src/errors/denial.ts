/** What a refusal by Kubernetes RBAC says: who wanted to do what, and where. */
export interface Denial {
  readonly user: string;
  /** Undefined where the answer does not say what was asked for. */
  readonly verb: string | undefined;
  readonly resource: string | undefined;
  /** Undefined for what belongs to no namespace. */
  readonly namespace: string | undefined;
}

/** Reads a refusal as the API words it; undefined for any other text. */
export function readDenial(text: string): Denial | undefined {
  const user = /User '([^']+)' is not authorized/.exec(text)?.[1];
  if (user === undefined) return undefined;
  const field = (name: string) => new RegExp(`[{,]${name}:\\s*"?([A-Za-z0-9.-]+)`).exec(text)?.[1];
  return { user, verb: field("Verb"), resource: field("Resource"), namespace: field("Namespace") };
}

/**
 * What would allow what was refused: a RoleBinding in the namespace, and the command that makes the same. Undefined where
 * no namespace was said.
 */
export function howToAllow({ user, verb, resource, namespace }: Denial): string | undefined {
  if (namespace === undefined) return undefined;
  const account = /^system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)$/.exec(user);
  const subject =
    account === null
      ? `  - apiGroup: rbac.authorization.k8s.io\n    kind: User\n    name: ${JSON.stringify(user)}`
      : `  - kind: ServiceAccount\n    name: ${account[2]}\n    namespace: ${account[1]}`;
  // A name of its own for each user: applying the next one must not take away what the last one was given.
  const name =
    account === null
      ? `allow-user-${user.replaceAll(/[/%]/g, "-")}-kubeflow-edit`
      : `allow-${account[1]}-${account[2]}-kubeflow-edit`;
  const flag = account === null ? `--user=${quoted(user)}` : `--serviceaccount=${account[1]}:${account[2]}`;
  const wanted = verb === undefined || resource === undefined ? "" : ` (it is to ${verb} ${resource})`;
  return `Use a namespace that ${user} may use, or have an administrator of ${namespace} apply this${wanted}; kubeflow-view is enough to look:

apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${account === null ? JSON.stringify(name) : name}
  namespace: ${namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kubeflow-edit
subjects:
${subject}

The same as a command: kubectl create rolebinding ${quoted(name)} --namespace ${namespace} --clusterrole=kubeflow-edit ${flag}`;
}

/** A word of a command line: names of users may hold anything. */
function quoted(text: string): string {
  return /^[\w@.:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
