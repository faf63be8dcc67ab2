import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type AccessAttributes,
  createRbac,
  kubeflowBindings,
  kubeflowClusterRoles,
  kubernetesBindings,
  kubernetesClusterRoles,
  readObjects,
} from "../../src/index.ts";

const apiGroup = "rbac.authorization.k8s.io";
const people = ["admin", "edit", "view"] as const;
const rbac = createRbac([
  ...kubernetesClusterRoles(),
  ...kubernetesBindings(),
  ...kubeflowClusterRoles(),
  ...kubeflowBindings("kubeflow"),
  ...people.map((name) => ({
    kind: "RoleBinding" as const,
    metadata: { name, namespace: "team-a" },
    roleRef: { apiGroup, kind: "ClusterRole" as const, name: `kubeflow-${name}` },
    subjects: [{ kind: "User" as const, apiGroup, name }],
  })),
]);

const pipelines = "pipelines.kubeflow.org";
/** Who of a profile's people may do something in it. */
const mayDo = (verb: string, group: string, resource: string, subresource = ""): readonly string[] =>
  people.filter((user) => rbac.review({ user }, { namespace: "team-a", verb, group, resource, subresource }).allowed);

describe("Kubeflow's cluster roles", () => {
  test.each([
    ["list", pipelines, "experiments", ["admin", "edit", "view"]],
    ["get", pipelines, "runs", ["admin", "edit", "view"]],
    ["readArtifact", pipelines, "runs", ["admin", "edit", "view"]],
    ["create", pipelines, "visualizations", ["admin", "edit", "view"]],
    ["create", "kubeflow.org", "viewers", ["admin", "edit", "view"]],
    ["create", pipelines, "runs", ["admin", "edit"]],
    ["terminate", pipelines, "runs", ["admin", "edit"]],
    ["update", pipelines, "pipelines", ["admin", "edit"]],
    ["disable", pipelines, "jobs", ["admin", "edit"]],
    ["unarchive", pipelines, "experiments", ["admin", "edit"]],
    ["patch", "argoproj.io", "workflows", ["admin", "edit"]],
    ["update", pipelines, "jobs", []],
    ["report", pipelines, "workflows", []],
    ["list", "", "pods", ["admin", "edit", "view"]],
    ["list", "", "secrets", ["admin", "edit"]],
    ["create", apiGroup, "rolebindings", ["admin"]],
    ["get", "kubeflow.org", "poddefaults", ["admin", "edit", "view"]],
    ["create", "kubeflow.org", "poddefaults", ["admin", "edit"]],
  ])("%s of %s %s: %j", (verb, group, resource, allowed) => {
    expect(mayDo(verb, group, resource)).toEqual(allowed);
  });

  test("nobody of a profile mints tokens, or acts in other namespaces", () => {
    expect(mayDo("create", "", "serviceaccounts", "token")).toEqual([]);
    for (const namespace of ["team-b", ""]) {
      expect(
        rbac.review({ user: "admin" }, { namespace, verb: "get", group: pipelines, resource: "runs" }).allowed,
      ).toBe(false);
    }
  });

  test.each<[account: string, attributes: AccessAttributes]>([
    ["ml-pipeline", { verb: "create", group: "authorization.k8s.io", resource: "subjectaccessreviews" }],
    ["ml-pipeline", { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" }],
    ["ml-pipeline", { verb: "get", resource: "configmaps", name: "kfp-launcher", namespace: "team-a" }],
    ["ml-pipeline-ui", { verb: "get", resource: "pods", subresource: "log", namespace: "team-a" }],
    ["ml-pipeline-persistenceagent", { verb: "report", group: pipelines, resource: "workflows" }],
    ["ml-pipeline-scheduledworkflow", { verb: "create", group: pipelines, resource: "runs", namespace: "team-a" }],
  ])("the service account %s of the system namespace may do %j, of another not", (account, attributes) => {
    const of = (namespace: string) => ({ user: `system:serviceaccount:${namespace}:${account}` });
    expect(rbac.review(of("kubeflow"), attributes).allowed).toBe(true);
    expect(rbac.review(of("team-a"), attributes).allowed).toBe(false);
  });

  test("the API server's account reads no configuration but its own", () => {
    const user = "system:serviceaccount:kubeflow:ml-pipeline";
    const attributes = { verb: "get", resource: "configmaps", name: "other", namespace: "team-a" };
    expect(rbac.review({ user }, attributes).allowed).toBe(false);
  });

  test("are what an API server takes", () => {
    const objects = [
      ...kubeflowClusterRoles(),
      ...kubeflowBindings("kubeflow"),
      ...kubernetesClusterRoles(),
      ...kubernetesBindings(),
    ];
    expect(readObjects(objects.map((object) => JSON.stringify(object)).join("\n---\n"), "all").objects).toEqual(
      objects,
    );
  });

  // What the recorded answers of a real Kubeflow Pipelines were given by, its aggregation written out.
  const recorded = new URL("../../../../../shared/contract/rbac.yaml", import.meta.url);
  test.skipIf(!existsSync(recorded))("allow of pipelines just what the recorded cluster's do", () => {
    const { objects } = readObjects(readFileSync(recorded, "utf8"), "rbac.yaml");
    const theirs = createRbac([
      ...objects.filter((object) => object.kind === "ClusterRole"),
      ...people.map((name) => ({
        kind: "ClusterRoleBinding" as const,
        metadata: { name },
        roleRef: { apiGroup, kind: "ClusterRole" as const, name: `kubeflow-${name}` },
        subjects: [{ kind: "User" as const, apiGroup, name }],
      })),
    ]);
    const resources = ["pipelines", "pipelineversions", "experiments", "runs", "jobs", "visualizations", "workflows"];
    const verbs =
      "get list watch create update patch delete archive unarchive retry terminate enable disable report reportMetrics readArtifact";
    for (const user of ["edit", "view"]) {
      for (const resource of resources) {
        for (const verb of verbs.split(" ")) {
          const attributes = { namespace: "team-a", verb, group: pipelines, resource };
          const both = [rbac, theirs].map((one) => one.review({ user }, attributes).allowed);
          expect(both[0], `${user} ${verb} ${resource}`).toBe(both[1]);
        }
      }
    }
  });
});
