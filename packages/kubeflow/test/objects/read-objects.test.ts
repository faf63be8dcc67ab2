import { describe, expect, test } from "vitest";
import { ObjectError, readObjects } from "../../src/index.ts";
import { Seeded } from "../poddefaults/seeded.ts";

/** What is wrong with a text, a line for each mistake. */
function mistakesIn(text: string): readonly string[] {
  try {
    readObjects(text, "rbac.yaml");
  } catch (error) {
    if (error instanceof ObjectError) return error.message.split("\n");
    throw error;
  }
  return [];
}

const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: editors
  namespace: team-a
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kubeflow-edit
subjects:
- kind: ServiceAccount
  name: default-editor
  namespace: team-b
`;

describe("reading objects", () => {
  test("several documents, Lists, empty documents and JSON are read, each object with its place", () => {
    const { objects, places, warnings } = readObjects(
      `---\n# nothing\n---\n${binding}---\n{"apiVersion": "v1", "kind": "List", "items": [\n\t{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team-c"}},\n\t{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "bot", "namespace": "team-c"}}\n]}\n`,
      "all.yaml",
    );
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      "RoleBinding editors",
      "Namespace team-c",
      "ServiceAccount bot",
    ]);
    expect([...places.values()]).toEqual([
      { file: "all.yaml", line: 4, column: 1 },
      { file: "all.yaml", line: 19, column: 2 },
      { file: "all.yaml", line: 20, column: 2 },
    ]);
    expect(warnings).toEqual([]);
  });

  test("what an API server fills in is filled in, and a namespace where none can be is dropped", () => {
    const { objects } = readObjects(
      `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: x, namespace: nowhere}
roleRef: {kind: ClusterRole, name: kubeflow-view}
subjects: [{kind: User, name: ann}, {kind: ServiceAccount, name: a, namespace: b}]
`,
      "x.yaml",
    );
    expect(objects).toEqual([
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "x" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kubeflow-view" },
        subjects: [
          { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "ann" },
          { kind: "ServiceAccount", name: "a", namespace: "b" },
        ],
      },
    ]);
  });

  test("a profile of the older version is one of v1", () => {
    const text =
      "apiVersion: kubeflow.org/v1beta1\nkind: Profile\nmetadata: {name: a}\nspec: {owner: {kind: User, name: b}}";
    expect(readObjects(text, "x.yaml").objects).toEqual([expect.objectContaining({ apiVersion: "kubeflow.org/v1" })]);
  });

  test("a field that is null is as good as absent", () => {
    const text = binding
      .replace(/subjects:[\s\S]*/, "subjects: null\n")
      .replace("  name: editors", "  name: editors\n  labels:");
    expect(readObjects(text, "x.yaml").objects).toEqual([
      expect.objectContaining({ metadata: { name: "editors", namespace: "team-a" } }),
    ]);
  });

  test("kinds that have no effect here are told and do no harm", () => {
    const { objects, warnings } = readObjects(
      `${binding}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {any: [thing]}\n`,
      "x.yaml",
    );
    expect(objects).toHaveLength(1);
    expect(warnings).toEqual(["x.yaml:15:1: Deployment of apps/v1 has no effect here."]);
  });

  test.each<[what: string, text: string, message: string]>([
    ["a colon too many", "a: b: c", "rbac.yaml:1:4: No YAML: Nested mappings are not allowed in compact mappings."],
    ["a tab as indentation", "metadata:\n\tname: x", "rbac.yaml:2:1: No YAML: Tabs are not allowed as indentation."],
    ["a key twice", "kind: Role\nkind: Role", "rbac.yaml:2:1: No YAML: Map keys must be unique."],
    [
      "an alias of nothing",
      "kind: *role",
      "rbac.yaml:1:7: No YAML: Unresolved alias (the anchor must be set before the alias): role.",
    ],
    [
      "an alias of nothing further down",
      `${binding}- *role\n`,
      "rbac.yaml:14:3: No YAML: Unresolved alias (the anchor must be set before the alias): role.",
    ],
    [
      "a merge of a text",
      `${binding}<<: text\n`,
      "rbac.yaml:14:1: << takes the fields of an object over, or of a list of objects (*name).",
    ],
    [
      "a merge of a list that is no list of objects",
      `${binding}x: &x [a]\n<<: *x\n`,
      "rbac.yaml:15:1: << takes the fields of an object over, or of a list of objects (*name).",
    ],
    [
      "a merge of nothing",
      "<<: *x",
      "rbac.yaml:1:1: << takes the fields of an object over, or of a list of objects (*name).",
    ],
    [
      "a key that is an object",
      "kind: {{ .Values.kind }}",
      "rbac.yaml:1:8: A list or an object is no key. Write a text.",
    ],
    ["a key that is a list", "? [a]\n: b", "rbac.yaml:1:3: A list or an object is no key. Write a text."],
    ["an alias in itself", "a: &a\n  b: *a", "rbac.yaml:1:1: An alias (*name) stands within what it repeats."],
    ["a text instead of an object", "hello", "rbac.yaml:1:1: This is no object: write apiVersion, kind and metadata."],
    ["no apiVersion", "kind: Role", "rbac.yaml:1:1: Role: apiVersion is missing. Right: rbac.authorization.k8s.io/v1."],
    [
      "a version that is gone",
      "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role",
      "rbac.yaml:1:13: Role: apiVersion is rbac.authorization.k8s.io/v1beta1. Right: rbac.authorization.k8s.io/v1.",
    ],
    [
      "a kind of another group",
      "apiVersion: v1\nkind: RoleBinding",
      "rbac.yaml:2:7: RoleBinding: There is no RoleBinding in v1. Right: apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding.",
    ],
    [
      "a slip in a kind",
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: Rolebindings",
      "rbac.yaml:2:7: Rolebindings: There is no Rolebindings in rbac.authorization.k8s.io/v1. Right: apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding.",
    ],
    [
      "no name",
      binding.replace("  name: editors\n", ""),
      "rbac.yaml:4:3: RoleBinding: A RoleBinding needs a name, and metadata.name has none.",
    ],
    [
      "no namespace",
      binding.replace("  namespace: team-a\n", ""),
      "rbac.yaml:4:3: RoleBinding editors: A RoleBinding is in a namespace, and metadata.namespace names none: a file has no current one to be taken.",
    ],
    [
      "an unknown field",
      binding.replace("roleRef", "roleref"),
      'rbac.yaml:6:1: RoleBinding team-a/editors: Unknown field "roleref". Right: roleRef.',
    ],
    [
      "an unknown field deep down",
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\nrules:\n- apigroups: ['']\n  resources: [pods]\n  verbs: [get]",
      'rbac.yaml:5:3: ClusterRole x: Unknown field "apigroups" in rules[0]. Right: apiGroups.',
    ],
    [
      "a name that is a number",
      binding.replace("name: default-editor", "name: 12"),
      "rbac.yaml:12:9: RoleBinding team-a/editors: subjects[0].name is a number (12) and has to be a text: write it in quotes.",
    ],
    [
      "a label that YAML takes for a truth value",
      binding.replace("  namespace: team-a", "  namespace: team-a\n  labels: {on-call: yes}"),
      "rbac.yaml:6:21: RoleBinding team-a/editors: metadata.labels.on-call is a truth value (true) and has to be a text: write it in quotes.",
    ],
    [
      "a text for a list",
      binding.replace(/subjects:[\s\S]*/, "subjects: ann"),
      "rbac.yaml:10:11: RoleBinding team-a/editors: subjects is a text and has to be a list: write a list.",
    ],
    [
      "a role of a kind that there is not",
      binding.replace("kind: ClusterRole", "kind: clusterrole"),
      'rbac.yaml:8:9: RoleBinding team-a/editors: roleRef.kind is "clusterrole". Right: ClusterRole or Role.',
    ],
    [
      "a role of another group",
      binding.replace("apiGroup: rbac.authorization.k8s.io", "apiGroup: rbac"),
      'rbac.yaml:7:13: RoleBinding team-a/editors: roleRef.apiGroup is "rbac". Right: rbac.authorization.k8s.io.',
    ],
    [
      "a service account of no namespace, cluster-wide",
      binding.replace("kind: RoleBinding", "kind: ClusterRoleBinding").replace("  namespace: team-b\n", ""),
      "rbac.yaml:11:3: ClusterRoleBinding team-a/editors: subjects[0]: a ServiceAccount needs the namespace that it is in.",
    ],
    [
      "a rule without verbs",
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\nrules:\n- apiGroups: ['']\n  resources: [pods]\n  verbs: []",
      'rbac.yaml:7:10: ClusterRole x: rules[0]: a rule needs verbs, such as ["get", "list"].',
    ],
    [
      "the same object twice",
      `${binding}---\n${binding}`,
      "rbac.yaml:15:1: RoleBinding team-a/editors is already at rbac.yaml:1:1. Take one of them away.",
    ],
    [
      "a key that objects have anyway",
      binding.replace("roleRef:", "__proto__: {}\nroleRef:"),
      'rbac.yaml:6:1: RoleBinding team-a/editors: Unknown field "__proto__". Known: apiVersion, kind, metadata, roleRef, subjects.',
    ],
    [
      "a profile without an owner",
      "apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: {name: team-a}\nspec: {}",
      "rbac.yaml:4:7: Profile team-a: A Profile needs spec.owner: { kind: User, name: the name that the person signs in with }.",
    ],
    [
      "a PodDefault without a selector",
      "apiVersion: kubeflow.org/v1alpha1\nkind: PodDefault\nmetadata: {name: x, namespace: z}\nspec: {desc: z}",
      "rbac.yaml:4:7: PodDefault z/x: A PodDefault needs spec.selector: which pods it is for; {} for all of the namespace.",
    ],
  ])("%s is refused with its place and what is right", (_what, text, message) => {
    expect(mistakesIn(text)).toEqual([message]);
  });

  test("all mistakes of a file are told at once, and of very many the first ten", () => {
    const text = binding.replace("roleRef:", "wrong: 1\nroleRef:").replace("kind: ServiceAccount", "kind: 7");
    expect(mistakesIn(text)).toHaveLength(2);
    const many = Array.from({ length: 12 }, () => "kind: Role").join("\n---\n");
    expect(mistakesIn(many).slice(-1)).toEqual(["and 2 more."]);
  });

  test("the fields of an object, or of several, are taken over by a merge", () => {
    const text = `apiVersion: v1
kind: List
items:
- &one {apiVersion: v1, kind: ServiceAccount, metadata: &meta {name: a, namespace: team-a}}
- {<<: *one, metadata: {<<: [*meta], name: b}}
`;
    expect(readObjects(text, "x.yaml").objects.map(({ metadata }) => metadata)).toEqual([
      { name: "a", namespace: "team-a" },
      { name: "b", namespace: "team-a" },
    ]);
  });

  test("a bomb of aliases is refused before it goes off", () => {
    const rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"]) {
      rows.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(", ")}]`);
    }
    expect(mistakesIn(rows.join("\n"))).toEqual([
      "rbac.yaml:1:1: The aliases (*name) of this document repeat more than 100 values. Write them out.",
    ]);
  });

  test("a huge file and one that is nested without end are refused", () => {
    expect(mistakesIn(`# ${"x".repeat(5 * 1024 * 1024)}`)).toEqual([
      "rbac.yaml:1:1: The file has more than 4 MiB. Write the objects into several.",
    ]);
    for (const open of ["[", "{a: "]) {
      expect(mistakesIn(open.repeat(100_000))).toEqual(["rbac.yaml:1:1: The YAML is nested too deeply."]);
    }
  });

  test("however a file is damaged, what comes of it is objects or an error that names the place", () => {
    const marks = [
      "&a ",
      "*a",
      "*s",
      "<<: *s\n",
      "!!binary ",
      "!x ",
      "? ",
      ": ",
      "- ",
      "{",
      "]",
      "~",
      '"',
      "|",
      "---\n",
    ];
    const inserts = [...marks, "\0", "\t", "\r", "%YAML 1.2\n---\n", "1:30", "0o7", "[null]", "__proto__: {x: 1}\n"];
    const sound = `${binding.replace("subjects:", "subjects: &s")}---\n${binding}`;
    for (let round = 0; round < 2000; round++) {
      const seeded = new Seeded(round);
      let text = sound;
      for (let damage = 0; damage <= round % 3; damage++) {
        const at = Math.floor(seeded.next() * text.length);
        text = text.slice(0, at) + seeded.pick(inserts) + text.slice(at + Math.floor(seeded.next() * 6));
      }
      for (const line of mistakesIn(text)) expect(line).toMatch(/^rbac\.yaml:\d+:\d+: |^and \d+ more\.$/);
    }
  });
});
