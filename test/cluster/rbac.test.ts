import {
  type ClusterRole,
  createRbac,
  kubeflowClusterRoles,
  type PolicyRule,
  type Rbac,
  type RbacObject,
} from "@kfp-ts/kubeflow";
import { createSubjectAccessReview, type Kubernetes, kubernetesFromKubeconfig } from "@kfp-ts/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aggregate } from "../../packages/kubeflow/src/rbac/aggregation.ts";
import { randomFrom } from "../../packages/server/test/random.ts";
import { eventually, kubeconfig } from "./support/cluster.ts";
import { type Question, randomRbac, setLabel } from "./support/random-rbac.ts";

/** Another one draws other rules and questions: `KFP_TS_TEST_SEED=7 npm run test:cluster`. */
const seed = Number(process.env.KFP_TS_TEST_SEED ?? 20_261_122);
const reviews = 8_000;
const rbacPath = "/apis/rbac.authorization.k8s.io/v1";

// Of its own for each run, so that several can be under way and one that was broken off is in nobody's way.
const id = Date.now().toString(36);
const drawn = randomRbac(randomFrom(seed), id);
let kubernetes: Kubernetes;

const collectionOf = ({ kind, metadata }: RbacObject): string => {
  const plural = `${kind.toLowerCase()}s`;
  return "namespace" in metadata && metadata.namespace
    ? `${rbacPath}/namespaces/${metadata.namespace}/${plural}`
    : `${rbacPath}/${plural}`;
};
const create = (object: RbacObject): Promise<unknown> =>
  kubernetes.call({ method: "POST", path: collectionOf(object), body: object });
const review = ({ subject, attributes }: Question) =>
  createSubjectAccessReview(
    kubernetes,
    "path" in attributes
      ? { ...subject, nonResourceAttributes: attributes }
      : { ...subject, resourceAttributes: attributes },
    { timeoutMs: 60_000 },
  );

/** Does something with all items, a few at a time. */
async function forAll<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const open = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const item of open) await work(item);
    }),
  );
}

/** Makes the last of all objects, and waits until the authorizer knows them: what was made before is known then too. */
async function settle(name: string): Promise<void> {
  const namespace = drawn.namespaces[0] as string;
  const apiGroup = "rbac.authorization.k8s.io";
  const rules: PolicyRule[] = [{ verbs: ["see"], apiGroups: [""], resources: [name] }];
  const metadata = { name: `r-${id}-${name}`, labels: { [setLabel]: id } };
  const subjects = (user: string) => [{ kind: "User", apiGroup, name: `${id} ${name} ${user}` }] as const;
  await create({ kind: "ClusterRole", metadata, rules });
  await create({ kind: "Role", metadata: { ...metadata, namespace }, rules });
  const roleRef = { apiGroup, name: metadata.name };
  await create({
    kind: "ClusterRoleBinding",
    metadata,
    roleRef: { ...roleRef, kind: "ClusterRole" },
    subjects: subjects("everywhere"),
  });
  await create({
    kind: "RoleBinding",
    metadata: { ...metadata, namespace },
    roleRef: { ...roleRef, kind: "Role" },
    subjects: subjects("there"),
  });
  await eventually("the authorizer knows the rules", async () => {
    const answers = await Promise.all(
      ["everywhere", "there"].map((user) =>
        review({ subject: { user: `${id} ${name} ${user}` }, attributes: { verb: "see", resource: name, namespace } }),
      ),
    );
    return answers.every(({ allowed }) => allowed);
  });
}

/** The rules of cluster roles by name, each role's as a set. */
const asSets = (roles: Iterable<readonly [string, readonly PolicyRule[]]>): Record<string, readonly string[]> =>
  Object.fromEntries(
    [...roles].map(([name, rules]) => {
      const written = rules.map((rule) =>
        JSON.stringify([rule.verbs, rule.apiGroups, rule.resources, rule.resourceNames, rule.nonResourceURLs]),
      );
      return [name, [...new Set(written)].sort()];
    }),
  );

/** Waits until the controller has filled in cluster roles as we do. */
async function aggregated(roles: readonly ClusterRole[], labelSelector: string): Promise<void> {
  const ours = asSets(aggregate(roles));
  const theirs = async () => {
    const list = await kubernetes.call<{ items: ClusterRole[] }>({
      method: "GET",
      path: `${rbacPath}/clusterroles`,
      query: { labelSelector },
    });
    const known = list.items.filter(({ metadata }) => metadata.name in ours);
    return asSets(known.map(({ metadata, rules }) => [metadata.name, rules ?? []] as const));
  };
  await eventually(
    "aggregated rules are the same",
    async () => JSON.stringify(sorted(await theirs())) === JSON.stringify(sorted(ours)),
  ).catch(async () => expect(await theirs(), `seed ${seed}`).toEqual(ours));
}

const sorted = (record: Record<string, unknown>): unknown =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

beforeAll(async () => {
  kubernetes = await kubernetesFromKubeconfig({ kubeconfig: kubeconfig(), env: {} });
  await forAll(drawn.namespaces, (name) =>
    kubernetes.call({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name } } }),
  );
  await forAll(drawn.objects, create);
});

afterAll(async () => {
  if (!kubernetes) return;
  for (const kind of ["clusterroles", "clusterrolebindings"]) {
    await kubernetes.call({
      method: "DELETE",
      path: `${rbacPath}/${kind}`,
      query: { labelSelector: `${setLabel} in (${id}, kubeflow-${id})` },
    });
  }
  await forAll(drawn.namespaces, (name) => kubernetes.call({ method: "DELETE", path: `/api/v1/namespaces/${name}` }));
  kubernetes.close();
});

describe("RBAC, here and in a Kubernetes API server", () => {
  test("aggregated cluster roles get the same rules", async () => {
    await aggregated(drawn.clusterRoles, `${setLabel}=${id}`);
  });

  test("kubeflow-edit and the others get the same rules from Kubeflow's cluster roles", async () => {
    // Under other names and labels, as the cluster may have them already for other tests.
    const text = JSON.stringify(kubeflowClusterRoles()).replaceAll(/\bkubeflow-(?=[a-z])/g, `r-${id}-kubeflow-`);
    const roles = (JSON.parse(text) as ClusterRole[]).map(({ metadata, ...role }) => ({
      ...role,
      metadata: {
        ...metadata,
        name: metadata.name.startsWith("r-") ? metadata.name : `r-${id}-${metadata.name}`,
        labels: { ...metadata.labels, [setLabel]: `kubeflow-${id}` },
      },
    }));
    await forAll(roles, create);
    await aggregated(roles, `${setLabel}=kubeflow-${id}`);
  });

  test(`${reviews} reviews get the same answer`, async () => {
    await aggregated(drawn.clusterRoles, `${setLabel}=${id}`);
    await settle("settled");
    const ours = createRbac(drawn.objects);
    const questions = Array.from({ length: reviews }, drawn.question);
    const differences: string[] = [];
    const seen = { allowed: 0, refused: 0, missing: 0 };
    await forAll(questions, async (question) => {
      const theirs = await review(question);
      const answer = ours.review(question.subject, question.attributes);
      seen[theirs.allowed ? "allowed" : theirs.reason ? "missing" : "refused"]++;
      const same =
        theirs.allowed === answer.allowed &&
        theirs.evaluationError === "" &&
        (theirs.allowed ? couldBe(theirs.reason, question) : inOrder(theirs.reason) === inOrder(answer.reason));
      if (!same) differences.push(describeCase(question, { theirs, answer }));
    });
    expect(differences.slice(0, 3).join("\n\n"), `seed ${seed}: ${differences.length} of ${reviews} differ`).toBe("");
    expect(seen.allowed + seen.refused + seen.missing).toBe(reviews);
    // The draw is of use only where all kinds of answers come up.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(reviews / 50);
  });
});

/** By the name of a binding, an evaluator that knows no other one. */
const alone = new Map<string, Rbac>();

/**
 * Whether ours would give a reason too: where several bindings allow, the API server names any of them, so the one that
 * it names is asked alone.
 */
function couldBe(reason: string, { subject, attributes }: Question): boolean {
  if (reason === "") return createRbac([]).review(subject, attributes).allowed;
  const [, kind, name] = /^RBAC: allowed by (\w+) "([^"]+)" of /.exec(reason) ?? [];
  const key = `${kind} ${name}`;
  const evaluator =
    alone.get(key) ??
    createRbac(
      drawn.objects.filter((object) => {
        const namespace = "namespace" in object.metadata ? object.metadata.namespace : undefined;
        const full = namespace ? `${object.metadata.name}/${namespace}` : object.metadata.name;
        return !object.kind.endsWith("Binding") || (object.kind === kind && full === name);
      }),
    );
  alone.set(key, evaluator);
  return evaluator.review(subject, attributes).reason === reason;
}

/** A refusal's errors in an order of their own: the API server's is that of a map. */
function inOrder(reason: string): string {
  const [, list] = /^RBAC: \[(.*)\]$/s.exec(reason) ?? [];
  return list === undefined ? reason : `RBAC: [${list.split(", ").sort().join(", ")}]`;
}

/** A question, both answers, and the bindings of whoever asks with their roles. */
function describeCase(question: Question, answers: object): string {
  const { user, groups = [] } = question.subject;
  const bindings = drawn.objects.filter(
    (object) =>
      "subjects" in object &&
      object.subjects?.some(({ kind, name }) =>
        kind === "Group"
          ? groups.includes(name)
          : name === user || (kind === "ServiceAccount" && user.endsWith(`:${name}`)),
      ),
  );
  const roles = drawn.objects.filter(
    ({ metadata, kind }) =>
      kind.endsWith("Role") &&
      bindings.some((binding) => "roleRef" in binding && binding.roleRef.name === metadata.name),
  );
  return JSON.stringify({ question, ...answers, bindings, roles }, undefined, 1);
}
