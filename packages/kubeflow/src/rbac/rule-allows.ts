import type { AccessAttributes, PolicyRule, ResourceAccess } from "./rbac-objects.ts";

/** Whether a rule allows an access, as Kubernetes' RBAC authorizer decides it. */
export function ruleAllows(rule: PolicyRule, access: AccessAttributes): boolean {
  if (!hasOrAll(rule.verbs, access.verb)) return false;
  if ("path" in access) return pathMatches(rule.nonResourceURLs, access.path);
  return (
    hasOrAll(rule.apiGroups, access.group ?? "") &&
    resourceMatches(rule.resources, access) &&
    nameMatches(rule.resourceNames, access.name ?? "")
  );
}

function hasOrAll(listed: readonly string[] | null | undefined, wanted: string): boolean {
  if (!listed) return false;
  for (const one of listed) if (one === "*" || one === wanted) return true;
  return false;
}

/** `*` covers subresources too; `pods` does not cover `pods/log`, which is named itself or by `*` + `/log`. */
function resourceMatches(listed: readonly string[] | null | undefined, access: ResourceAccess): boolean {
  if (!listed) return false;
  const { subresource } = access;
  if (!subresource) return hasOrAll(listed, access.resource);
  const whole = `${access.resource}/${subresource}`;
  const anyWith = `*/${subresource}`;
  for (const one of listed) if (one === "*" || one === whole || one === anyWith) return true;
  return false;
}

/** There is no `*` among names: a rule without any is the one that is for all. */
function nameMatches(listed: readonly string[] | null | undefined, wanted: string): boolean {
  return !listed || listed.length === 0 || listed.includes(wanted);
}

/** Stars at the end stand for any rest, elsewhere for themselves. */
function pathMatches(listed: readonly string[] | null | undefined, path: string): boolean {
  if (!listed) return false;
  for (const one of listed) {
    if (one === path) return true;
    if (one.endsWith("*") && path.startsWith(one.replace(/\*+$/, ""))) return true;
  }
  return false;
}
