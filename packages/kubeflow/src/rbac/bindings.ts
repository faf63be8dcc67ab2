import type { ClusterRoleBinding, PolicyRule, RoleBinding, Subject } from "./rbac-objects.ts";

/** The rules that a binding gives, shared with all other bindings of the role; or why it gives none. */
export type BoundRules = { readonly rules: readonly PolicyRule[] } | { readonly missing: string };

/** A binding, as one of its subjects has it. */
export interface Bound {
  readonly binding: ClusterRoleBinding | RoleBinding;
  readonly role: BoundRules;
  /** Where the binding comes among those of its index. */
  readonly place: number;
  /** Which of its subjects it is: of several that are meant, a review names the first. */
  readonly subjectIndex: number;
}

/** The bindings of one namespace, or the cluster-wide ones, to be found by who asks. */
export class BindingIndex {
  readonly #users = new Map<string, Bound[]>();
  readonly #groups = new Map<string, Bound[]>();
  #size = 0;

  /** Adds a binding. Subjects of a kind that is unknown, and service accounts of no namespace, are nobody. */
  add(binding: ClusterRoleBinding | RoleBinding, role: BoundRules): void {
    const place = this.#size++;
    for (const [subjectIndex, subject] of (binding.subjects ?? []).entries()) {
      const bound = { binding, role, place, subjectIndex };
      if (subject.kind === "Group") append(this.#groups, subject.name, bound);
      else if (subject.kind === "User") append(this.#users, subject.name, bound);
      else if (subject.kind === "ServiceAccount") {
        const namespace = namespaceOf(subject, binding);
        if (namespace) append(this.#users, `system:serviceaccount:${namespace}:${subject.name}`, bound);
      }
    }
  }

  /** The bindings that somebody is a subject of, each once, in the order in which they were added. */
  of(user: string, groups: readonly string[]): readonly Bound[] {
    const own = this.#users.get(user) ?? [];
    if (groups.length === 0) return own;
    const all = [own, ...groups.map((group) => this.#groups.get(group) ?? [])].flat();
    all.sort((a, b) => a.place - b.place || a.subjectIndex - b.subjectIndex);
    return all.filter((bound, index) => bound.place !== all[index - 1]?.place);
  }
}

/** The namespace of a subject that is a service account: in a namespace's binding its own where none is written. */
export function namespaceOf(subject: Subject, binding: ClusterRoleBinding | RoleBinding): string {
  return subject.namespace || (binding.kind === "RoleBinding" ? binding.metadata.namespace : "");
}

/** Adds a binding under a name, once: the subject that comes first stands for others of the same name. */
function append(index: Map<string, Bound[]>, name: string, bound: Bound): void {
  const list = index.get(name);
  if (!list) index.set(name, [bound]);
  else if (list.at(-1)?.place !== bound.place) list.push(bound);
}
