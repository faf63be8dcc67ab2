import { KubeflowError } from "../box/kubeflow-error.ts";
import { dnsLabel } from "../objects/names.ts";

/** Namespaces that belong to the cluster itself. */
const RESERVED = ["default", "kubeflow"];

/** A profile is a namespace, so its name is that of one. @throws KubeflowError */
export function checkProfileName(name: string): void {
  const rule = dnsLabel(name);
  if (rule !== "") {
    throw new KubeflowError("ERR_INVALID", `${JSON.stringify(name)} is no name of a profile, which is a namespace.`, {
      fix: `Take ${rule}.`,
    });
  }
  if (RESERVED.includes(name) || name.startsWith("kube-")) {
    throw new KubeflowError("ERR_INVALID", `The namespace ${name} belongs to the cluster itself.`, {
      fix: "Take another name for the profile.",
    });
  }
}

/** Whoever owns a profile is a user as Kubernetes names one, usually by an email address. @throws KubeflowError */
export function checkOwner(owner: string): void {
  if (owner !== "" && owner.length <= 253 && !/[\s\p{Cc}]/u.test(owner)) return;
  throw new KubeflowError("ERR_INVALID", `${JSON.stringify(owner)} is no name of a user.`, {
    fix: "Give the owner's email address, as it stands in the identity header: user@example.com",
  });
}
