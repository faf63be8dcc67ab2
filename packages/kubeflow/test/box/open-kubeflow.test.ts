import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KubeflowData } from "../../src/box/kubeflow-data.ts";
import { openKubeflow } from "../../src/box/open-kubeflow.ts";
import { asks, boxOfTest, folderOfTest, keepingLog } from "./box-of-tests.ts";

const PIPELINES = "pipelines.kubeflow.org";
const FIRST = "kubeflow-user-example-com";
const editorOf = (namespace: string) => `system:serviceaccount:${namespace}:default-editor`;

/** The RoleBinding of Kubeflow's documentation. */
const PAGE = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: allow-namespace-2-kubeflow-edit
  namespace: namespace-1
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kubeflow-edit
subjects:
  - kind: ServiceAccount
    name: default-editor
    namespace: namespace-2
`;

const another = (dataDirectory: string) =>
  KubeflowData.open({
    dataDirectory,
    clock: { now: Date.now },
    onUnreadable: (error) => {
      throw error;
    },
  });

test("the first start makes a profile whose default-editor has a token that is good for pipelines", async () => {
  const dataDirectory = await folderOfTest();
  const box = await boxOfTest({ dataDirectory });
  expect(box.profiles.list()).toMatchObject([
    { metadata: { name: FIRST }, spec: { owner: { name: "user@example.com" } } },
  ]);
  const token = await readFile(box.tokenFile(FIRST), "utf8");
  expect(await box.reviewToken(token, [PIPELINES])).toEqual({
    authenticated: true,
    user: editorOf(FIRST),
    audiences: [PIPELINES],
    error: "",
  });
  for (const user of [editorOf(FIRST), "user@example.com"]) {
    expect(await box.authorizer.review(user, asks("create", "experiments", FIRST)), user).toMatchObject({
      allowed: true,
    });
    expect(await box.authorizer.review(user, asks("list", "experiments", "kubeflow"))).toMatchObject({
      allowed: false,
    });
  }
  const viewer = `system:serviceaccount:${FIRST}:default-viewer`;
  expect((await box.authorizer.review(viewer, asks("list", "runs", FIRST))).allowed).toBe(true);
  expect((await box.authorizer.review(viewer, asks("create", "runs", FIRST))).allowed).toBe(false);
});

test("nobody but the user can look at anything, and where somebody could it is refused with what closes it", async () => {
  const dataDirectory = await folderOfTest();
  const box = await boxOfTest({ dataDirectory });
  const folder = join(dataDirectory, "kubeflow");
  for (const name of ["", "keys", "profiles", "tokens"]) {
    expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o700);
  }
  const token = box.tokenFile(FIRST);
  for (const file of [token, join(folder, "service-accounts.json"), join(folder, "profiles", `${FIRST}.yaml`)]) {
    expect((await stat(file)).mode & 0o777, file).toBe(0o600);
  }
  for (const [path, wide, remedy] of [
    [token, 0o640, "chmod 600"],
    [join(folder, "keys"), 0o750, "chmod 700"],
    [folder, 0o755, "chmod 700"],
  ] as const) {
    await chmod(path, wide);
    const refused = openKubeflow({ dataDirectory });
    await expect(refused).rejects.toMatchObject({ code: "ERR_DATA", fix: `Close it: ${remedy} ${path}` });
    await expect(refused).rejects.toThrow(path);
    await chmod(path, remedy === "chmod 600" ? 0o600 : 0o700);
  }
});

test("tokens, keys and service accounts stay over a restart, and a deleted first profile does not come back", async () => {
  const dataDirectory = await folderOfTest();
  const rbac = join(dataDirectory, "rbac.yaml");
  await writeFile(rbac, PAGE);
  const first = await boxOfTest({ dataDirectory, rbacPaths: [rbac] });
  await first.profiles.create("team-a", "alice@example.com");
  await first.profiles.delete(FIRST);
  const ofFile = await first.issuer.issue({ namespace: "namespace-2", serviceAccount: "default-editor" });
  const ofTeam = await readFile(first.tokenFile("team-a"), "utf8");
  await first.close();

  const second = await boxOfTest({ dataDirectory, rbacPaths: [rbac] });
  expect(second.profiles.list().map(({ metadata }) => metadata.name)).toEqual(["team-a"]);
  expect(await readFile(second.tokenFile("team-a"), "utf8")).toBe(ofTeam);
  expect((await second.reviewToken(ofTeam, [PIPELINES])).authenticated).toBe(true);
  expect((await second.reviewToken(ofFile.token, [])).authenticated).toBe(true);
});

test("the documentation's RoleBinding lets namespace-2 into namespace-1, and is followed when it changes", async () => {
  const dataDirectory = await folderOfTest();
  const rbac = join(dataDirectory, "rbac");
  await mkdir(rbac);
  const log = keepingLog();
  const box = await boxOfTest({ dataDirectory, rbacPaths: [rbac], log });
  const editor = editorOf("namespace-2");
  const ask = asks("create", "runs", "namespace-1");
  await expect(box.issuer.issue({ namespace: "namespace-2", serviceAccount: "default-editor" })).rejects.toThrow(
    'namespaces "namespace-2" not found',
  );

  await writeFile(join(rbac, "page.yaml"), PAGE);
  await box.refresh();
  expect(await box.authorizer.review(editor, ask)).toMatchObject({ allowed: true });
  expect(await box.authorizer.review(editor, asks("create", "runs", "namespace-2"))).toMatchObject({ allowed: false });
  // Another process knows it as well.
  const { issuer } = await another(dataDirectory);
  const { token } = await issuer.issue({ namespace: "namespace-2", serviceAccount: "default-editor" });
  expect((await box.reviewToken(token, [])).authenticated).toBe(true);

  await writeFile(join(rbac, "page.yaml"), PAGE.replace("kind: ClusterRole", "kind: Clusterrole"));
  await box.refresh();
  expect(log.said.at(-1)).toMatch(/^error .*page\.yaml:8:/s);
  expect(await box.authorizer.review(editor, ask)).toMatchObject({ allowed: true });

  await rm(join(rbac, "page.yaml"));
  await box.refresh();
  expect(await box.authorizer.review(editor, ask)).toMatchObject({ allowed: false });
  expect((await box.reviewToken(token, [])).error).toContain('serviceaccounts "default-editor" not found');
});

test("an object of a file replaces a built-in one of its kind, namespace and name", async () => {
  const dataDirectory = await folderOfTest();
  const rbac = join(dataDirectory, "rbac.yaml");
  await writeFile(
    rbac,
    `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: default-editor, namespace: ${FIRST} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubeflow-view }
subjects: [{ kind: ServiceAccount, name: default-editor, namespace: ${FIRST} }]
`,
  );
  const box = await boxOfTest({ dataDirectory, rbacPaths: [rbac] });
  const may = async (verb: string) => (await box.authorizer.review(editorOf(FIRST), asks(verb, "runs", FIRST))).allowed;
  expect(await may("list")).toBe(true);
  expect(await may("create")).toBe(false);
});

test("a profile in a file brings its namespace, service accounts, bindings and token along", async () => {
  const dataDirectory = await folderOfTest();
  const rbac = join(dataDirectory, "rbac.yaml");
  await writeFile(
    rbac,
    "apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: { name: team-f }\nspec: { owner: { kind: User, name: f@example.com } }\n",
  );
  const box = await boxOfTest({ dataDirectory, rbacPaths: [rbac] });
  const token = await readFile(box.tokenFile("team-f"), "utf8");
  const { user } = await box.reviewToken(token, [PIPELINES]);
  for (const one of [user, "f@example.com"]) {
    expect(await box.authorizer.review(one, asks("create", "runs", "team-f"))).toMatchObject({ allowed: true });
  }
});

test("RBAC files that are wrong at the start stop it, with the file and the line", async () => {
  const dataDirectory = await folderOfTest();
  const rbac = join(dataDirectory, "rbac.yaml");
  await writeFile(rbac, "kind: [");
  await expect(openKubeflow({ dataDirectory, rbacPaths: [rbac] })).rejects.toThrow(/rbac\.yaml:1:/);
});

test("what another process changes is seen at the next look", async () => {
  const dataDirectory = await folderOfTest();
  const box = await boxOfTest({ dataDirectory });
  const other = await another(dataDirectory);
  await other.createProfile("team-b", "bob@example.com");
  await box.refresh();
  expect(await box.authorizer.review("bob@example.com", asks("delete", "runs", "team-b"))).toMatchObject({
    allowed: true,
  });
  const token = await readFile(box.tokenFile("team-b"), "utf8");
  expect((await box.reviewToken(token, [PIPELINES])).authenticated).toBe(true);

  const before = box.revision();
  await other.deleteProfile("team-b");
  await box.refresh();
  expect(box.revision()).not.toBe(before);
  expect((await box.reviewToken(token, [PIPELINES])).error).toContain("not found");
  await expect(stat(box.tokenFile("team-b"))).rejects.toThrow("ENOENT");
  expect(await box.authorizer.review("bob@example.com", asks("get", "runs", "team-b"))).toMatchObject({
    allowed: false,
  });
});

test("a key that another process adds signs from then on, and one that is deleted is accepted no more", async () => {
  const dataDirectory = await folderOfTest();
  const box = await boxOfTest({ dataDirectory });
  const request = { namespace: FIRST, serviceAccount: "default-editor" };
  const old = await box.issuer.issue(request);
  const [oldKey] = box.keys();
  const other = await another(dataDirectory);
  await other.keys.add({ now: () => Date.now() + 1000 });
  await box.refresh();
  const fresh = await box.issuer.issue(request);
  expect(box.keys()).toHaveLength(2);
  expect(box.keys()[1]?.id).toBe(oldKey?.id);
  for (const { token } of [old, fresh]) expect((await box.reviewToken(token, [])).authenticated).toBe(true);

  const names = (await import("node:fs")).readdirSync(join(dataDirectory, "kubeflow/keys")).sort();
  await rm(join(dataDirectory, "kubeflow/keys", names[0] ?? ""));
  await box.refresh();
  expect((await box.reviewToken(old.token, [])).error).toContain("no keys found");
  expect((await box.reviewToken(fresh.token, [])).authenticated).toBe(true);
});

test("of processes that open new data at the same time all have the same key and the same profile", async () => {
  const dataDirectory = await folderOfTest();
  const opened = await Promise.all([1, 2, 3, 4].map(() => another(dataDirectory)));
  expect(
    new Set(
      opened.map(({ keys }) =>
        keys
          .keys()
          .map(({ id }) => id)
          .join(),
      ),
    ).size,
  ).toBe(1);
  expect(new Set(opened.map((data) => data.profile(FIRST).metadata.uid)).size).toBe(1);
});

test("a token that Kubernetes' own persistence agent would have may report, cluster-wide", async () => {
  const box = await boxOfTest({ dataDirectory: await folderOfTest() });
  const agent = { namespace: "kubeflow", serviceAccount: "ml-pipeline-persistenceagent" };
  const { user } = await box.reviewToken((await box.issuer.issue(agent)).token, []);
  expect(await box.authorizer.review(user, asks("report", "workflows", ""))).toMatchObject({ allowed: true });
});

test("a damaged key stops the start, and one that appears later is told once and changes nothing", async () => {
  const dataDirectory = await folderOfTest();
  const log = keepingLog();
  const box = await boxOfTest({ dataDirectory, log });
  const damaged = join(dataDirectory, "kubeflow/keys/999999999999999.pem");
  await writeFile(damaged, "garbage", { mode: 0o600 });
  await box.refresh();
  await box.refresh();
  expect(log.said.filter((line) => line.includes(damaged))).toHaveLength(1);
  expect(box.keys()).toHaveLength(1);
  await expect(openKubeflow({ dataDirectory })).rejects.toThrow(`The key ${damaged} cannot be used`);
});

test("nothing is written before the start, and nothing after the end", async () => {
  const dataDirectory = await folderOfTest();
  const box = await openKubeflow({ dataDirectory, pollMs: 3_600_000 });
  await expect(stat(join(dataDirectory, "kubeflow/service-accounts.json"))).rejects.toThrow("ENOENT");
  await expect(stat(box.tokenFile(FIRST))).rejects.toThrow("ENOENT");
  const starting = box.start();
  await box.close();
  await rm(dataDirectory, { recursive: true });
  await starting;
  await expect(stat(dataDirectory)).rejects.toThrow("ENOENT");
});
