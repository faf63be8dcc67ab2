import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import type { Authorizer } from "../../src/ports/authorizer.ts";
import { recordings } from "./scenario.ts";

interface RbacObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: ReadonlyArray<Readonly<Record<"apiGroups" | "resources" | "verbs", readonly string[]>>>;
  readonly roleRef?: { readonly name: string };
  readonly subjects?: ReadonlyArray<{ readonly kind: string; readonly name: string; readonly namespace?: string }>;
}

/**
 * Reviews by the roles of the recordings, and knows of Kubernetes' rules only what those use. It shows that the services
 * ask the right questions; that the answers are right is for the replays against real authorities to show.
 */
export function rbacTable(): Authorizer {
  const objects = loadAll(readFileSync(new URL("rbac.yaml", recordings), "utf8")) as RbacObject[];
  const bindings = objects.filter(({ kind }) => kind.endsWith("RoleBinding"));

  return {
    async review(user, { namespace, group, resource, verb }) {
      const allowed = bindings
        .filter(({ kind, metadata }) => kind === "ClusterRoleBinding" || metadata.namespace === namespace)
        .filter(({ subjects = [] }) => subjects.some((subject) => nameOf(subject) === user))
        .flatMap(
          ({ roleRef }) =>
            objects.find(({ kind, metadata }) => kind === "ClusterRole" && metadata.name === roleRef?.name)?.rules ??
            [],
        )
        .some(
          ({ apiGroups, resources, verbs }) =>
            apiGroups.includes(group) && resources.includes(resource) && (verbs.includes(verb) || verbs.includes("*")),
        );
      return { allowed, reason: "" };
    },
  };
}

function nameOf({ kind, name, namespace }: NonNullable<RbacObject["subjects"]>[number]): string {
  return kind === "ServiceAccount" ? `system:serviceaccount:${namespace}:${name}` : name;
}
