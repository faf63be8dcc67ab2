/** A service account: who a token stands for. A deleted and recreated one has another `uid`, and its old tokens end. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The service accounts that exist at this moment; asked anew for every token, known or not. */
export interface ServiceAccounts {
  find(namespace: string, name: string): ServiceAccount | undefined;
  hasNamespace(namespace: string): boolean;
}

/** The name under which Kubernetes knows a service account: `system:serviceaccount:team-a:default-editor`. */
export function userNameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The groups that Kubernetes puts a service account of a namespace into. */
export function groupsOf(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
}
