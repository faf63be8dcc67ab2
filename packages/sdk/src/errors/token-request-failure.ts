import { isKfpError, KfpError } from "./kfp-error.ts";

/** The token that Kubernetes was asked for. */
export interface AskedToken {
  readonly serviceAccount: string;
  /** Undefined where no cluster was found that could say it. */
  readonly namespace: string | undefined;
  readonly audience: string;
  /** Where the Kubernetes API is; undefined where none was found. */
  readonly server?: string | undefined;
}

/** The error for a token that Kubernetes did not make; one that says so already stays as it is. */
export function tokenRequestFailed(asked: AskedToken, cause: unknown): KfpError {
  if (isKfpError(cause)) return cause;
  const { serviceAccount, namespace = "NAMESPACE", server } = asked;
  const { status, message } = cause as { status?: unknown; message?: unknown };
  const where = server === undefined ? "" : ` at ${server}`;
  const fact = `Kubernetes${where} made no token for the service account ${namespace}/${serviceAccount}: ${String(message ?? cause)}`;
  return new KfpError("TOKEN_REQUEST_FAILED", { message: ended(fact), fix: fixOf(asked, status), cause });
}

function fixOf({ serviceAccount, namespace = "NAMESPACE", audience }: AskedToken, status: unknown): string {
  const command = `kubectl create token ${serviceAccount} --namespace ${namespace} --audience=${audience}`;
  if (status === 404) {
    return `Correct the name or the namespace: kubectl get serviceaccounts --namespace ${namespace}`;
  }
  if (status === 401) return `The kubeconfig's own login has ended: log in to the cluster again, then try: ${command}`;
  if (status !== 403) return `See what the same command says: ${command}`;
  return `Have an administrator of ${namespace} allow it; the same as a command is ${command}

apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: create-token-${serviceAccount}
  namespace: ${namespace}
rules:
  - apiGroups: [""]
    resources: [serviceaccounts/token]
    resourceNames: [${serviceAccount}]
    verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: create-token-${serviceAccount}
  namespace: ${namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: create-token-${serviceAccount}
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: YOUR-USER # kubectl auth whoami`;
}

function ended(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
