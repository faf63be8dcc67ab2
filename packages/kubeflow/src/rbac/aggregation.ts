import { selects } from "./label-selector.ts";
import type { ClusterRole, PolicyRule, RbacObject } from "./rbac-objects.ts";

/**
 * The rules of every cluster role by its name, aggregated ones filled in from the roles that they select: what
 * Kubernetes' controller ends at, which fills one role after the other until nothing changes.
 *
 * An aggregated role's own `rules` are overwritten by what is found, and stay where nothing is: the controller applies
 * an empty list as a field that it says nothing about. Where aggregated roles select each other in a circle, each has
 * the rules of all roles that the circle reaches. (The controller gives rules that stood in such a circle at the
 * beginning to whichever role it looks at first; here they are overwritten always, unless only one role has any.)
 *
 * @param roles - Each name once.
 */
export function aggregate(roles: readonly ClusterRole[]): ReadonlyMap<string, readonly PolicyRule[]> {
  const inOrder = [...roles].sort(byName);
  const selected = new Map<ClusterRole, readonly ClusterRole[]>();
  for (const role of inOrder) {
    if (!role.aggregationRule) continue;
    const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
    selected.set(
      role,
      selectors.flatMap((selector) => inOrder.filter(({ metadata }) => selects(selector, metadata.labels))),
    );
  }
  const filled = new Map([...selected].filter(([role]) => reachable(role, selected).some(hasRules)));
  return new Map(
    inOrder.map((role) => [
      role.metadata.name,
      filled.has(role) ? together(reachable(role, filled).filter((found) => !filled.has(found))) : (role.rules ?? []),
    ]),
  );
}

const hasRules = ({ rules }: ClusterRole): boolean => (rules ?? []).length > 0;

/** Orders objects by their names, letter by letter and not as a dictionary does. */
export function byName(a: RbacObject, b: RbacObject): number {
  if (a.metadata.name === b.metadata.name) return 0;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** All other roles that can be reached from one by what roles select, in order. */
function reachable(
  from: ClusterRole,
  selected: ReadonlyMap<ClusterRole, readonly ClusterRole[]>,
): readonly ClusterRole[] {
  const seen = new Set<ClusterRole>();
  const open = [from];
  for (let role = open.pop(); role; role = open.pop()) {
    if (seen.has(role)) continue;
    seen.add(role);
    open.push(...[...(selected.get(role) ?? [])].reverse());
  }
  seen.delete(from);
  return [...seen];
}

/** The rules of roles, each once. */
function together(roles: readonly ClusterRole[]): readonly PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const rule of roles.flatMap((role) => role.rules ?? [])) {
    if (!rules.has(keyOf(rule))) rules.set(keyOf(rule), rule);
  }
  return [...rules.values()];
}

/** Equal for rules that say the same in the same order, as the controller compares them: no list is an empty one. */
function keyOf(rule: PolicyRule): string {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs].map((list) => list ?? []));
}
