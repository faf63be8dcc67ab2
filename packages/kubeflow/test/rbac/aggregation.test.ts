import { describe, expect, test } from "vitest";
import type { ClusterRole, LabelSelector, PolicyRule } from "../../src/index.ts";
import { aggregate } from "../../src/rbac/aggregation.ts";

const rule = (resource: string): PolicyRule => ({ apiGroups: [""], resources: [resource], verbs: ["get"] });
const plain = (name: string, labels: Record<string, string>, ...resources: string[]): ClusterRole => ({
  kind: "ClusterRole",
  metadata: { name, labels },
  rules: resources.map(rule),
});
const gathering = (
  name: string,
  selectors: readonly (LabelSelector | string)[],
  labels: Record<string, string> = {},
  ...own: string[]
): ClusterRole => ({
  ...plain(name, labels, ...own),
  aggregationRule: {
    clusterRoleSelectors: selectors.map((to) => (typeof to === "string" ? { matchLabels: { to } } : to)),
  },
});
const resourcesOf = (roles: readonly ClusterRole[], name: string): readonly string[] | undefined =>
  aggregate(roles)
    .get(name)
    ?.flatMap(({ resources }) => resources ?? []);

describe("aggregated cluster roles", () => {
  test("have the rules of the roles that they select, by selector, then by name, each once", () => {
    const roles = [
      gathering("all", ["x", "y"]),
      plain("d", { to: "x" }, "pods", "jobs"),
      plain("c", { to: "x" }, "runs", "pods"),
      plain("a", { to: "y" }, "secrets"),
      plain("other", { to: "z" }, "nodes"),
    ];
    expect(resourcesOf(roles, "all")).toEqual(["runs", "pods", "jobs", "secrets"]);
    expect(resourcesOf(roles, "d")).toEqual(["pods", "jobs"]);
  });

  test("lose the rules that they say themselves to those of others", () => {
    const roles = [gathering("all", ["x"], {}, "lost"), plain("a", { to: "x" }, "pods")];
    expect(resourcesOf(roles, "all")).toEqual(["pods"]);
  });

  test("keep the rules that they say themselves where there are no others, and give them on", () => {
    const alone = gathering("alone", ["x"], { to: "y" }, "kept");
    expect(resourcesOf([alone], "alone")).toEqual(["kept"]);
    expect(resourcesOf([alone, plain("empty", { to: "x" })], "alone")).toEqual(["kept"]);
    const above = gathering("above", ["y"], { to: "z" }, "lost");
    const top = gathering("top", ["z"], {}, "lost too");
    for (const roles of [
      [alone, above, top],
      [top, above, alone],
    ]) {
      expect(roles.map(({ metadata: { name } }) => resourcesOf(roles, name))).toEqual(roles.map(() => ["kept"]));
    }
  });

  test("keep them in a circle, too, where no other has any", () => {
    const roles = [gathering("a", ["ring"], { to: "ring" }, "kept"), gathering("b", ["ring"], { to: "ring" })];
    expect(["a", "b"].map((name) => resourcesOf(roles, name))).toEqual([["kept"], ["kept"]]);
  });

  test("take over from each other, however long the chain and in whatever order", () => {
    const roles = [
      gathering("a-admin", ["admin"]),
      gathering("b-edit", ["edit"], { to: "admin" }),
      gathering("c-view", ["view"], { to: "edit" }),
      plain("d-pipelines", { to: "view" }, "runs"),
    ];
    for (const order of [roles, [...roles].reverse()]) expect(resourcesOf(order, "a-admin")).toEqual(["runs"]);
  });

  test("do not take over from themselves, and a circle ends with the rules of all in it", () => {
    const roles = [
      gathering("a", ["ring"], { to: "ring" }, "lost"),
      gathering("b", ["ring"], { to: "ring" }),
      plain("c", { to: "ring" }, "pods"),
    ];
    expect(resourcesOf(roles, "a")).toEqual(["pods"]);
    expect(resourcesOf(roles, "b")).toEqual(["pods"]);
  });

  test.each<[what: string, selector: LabelSelector, names: readonly string[]]>([
    ["In", { matchExpressions: [{ key: "to", operator: "In", values: ["x", "z"] }] }, ["x"]],
    [
      "NotIn, which an absent label fulfils",
      { matchExpressions: [{ key: "to", operator: "NotIn", values: ["x"] }] },
      ["none", "y"],
    ],
    ["Exists", { matchExpressions: [{ key: "to", operator: "Exists" }] }, ["x", "y"]],
    ["DoesNotExist", { matchExpressions: [{ key: "to", operator: "DoesNotExist" }] }, ["none"]],
    [
      "all terms together",
      { matchLabels: { to: "x" }, matchExpressions: [{ key: "to", operator: "NotIn", values: ["x"] }] },
      [],
    ],
    ["the empty selector, which takes all", {}, ["none", "x", "y"]],
    ["a label that every object seems to have", { matchExpressions: [{ key: "constructor", operator: "Exists" }] }, []],
  ])("select by %s", (_what, selector, names) => {
    const roles = [plain("x", { to: "x" }, "x"), plain("y", { to: "y" }, "y"), plain("none", {}, "none")];
    expect(resourcesOf([...roles, gathering("all", [selector])], "all")).toEqual(names);
  });
});
