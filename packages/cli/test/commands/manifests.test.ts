import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { afterEach, describe, expect, test } from "vitest";
import { hasPage, manifestOfPage } from "../../../kubeflow/test/manifests/page.ts";
import { outcomeOf } from "../embedded.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";
import { fakeKubernetes, kubeconfigOf } from "../fake-kubernetes.ts";

const { cluster, env, folder } = fakeKubernetes();
afterEach(() => {
  cluster.objects.clear();
  cluster.refusals.clear();
  cluster.changes.length = 0;
});

interface Printed {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
const objectOf = (text: string): Printed => load(text) as Printed;
const objectsOf = (text: string): readonly Printed[] => loadAll(text) as Printed[];

const nowhere = { HOME: "/nonexistent" };
const run = (argv: string, options: Omit<FakeOptions, "argv"> = {}) =>
  outcomeOf(fakeIo({ env, ...options, argv: argv.split(" ") }));

function putNamespace(name: string, labels = {}): void {
  cluster.put(`/api/v1/namespaces/${name}`, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
}
const profile = { "app.kubernetes.io/part-of": "kubeflow-profile" };

describe.skipIf(!hasPage)("without options (skipped where ../shared/seed/connect-api.md is missing)", () => {
  test.each([
    ["manifests pod", "Pod"],
    ["manifests pod-default", "PodDefault"],
    ["manifests role-binding", "RoleBinding"],
  ])("%s prints what the documentation has, with and without a cluster", async (argv, kind) => {
    for (const where of [nowhere, env]) {
      const { code, stdout } = await run(argv, { env: where });
      expect(code).toBe(0);
      expect(objectOf(stdout)).toEqual(manifestOfPage(kind));
    }
  });
});

describe("printing", () => {
  test("asks no cluster of anything", async () => {
    const dead = join(folder, "dead");
    writeFileSync(dead, JSON.stringify(kubeconfigOf("http://127.0.0.1:1", "team-a")), { mode: 0o600 });
    const { code, stdout, stderr } = await run("manifests pod-default", { env: { KUBECONFIG: dead } });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "The namespace team-a is from the context fake of the kubeconfig.\n",
    });
    expect(objectOf(stdout)).toMatchObject({ metadata: { namespace: "team-a" } });
  });

  test("says that a namespace is a placeholder, and what to do", async () => {
    const { stderr } = await run("manifests pod-default", { env: nowhere });
    expect(stderr).toBe("The namespace is a placeholder (no cluster is configured): say it with --namespace.\n");
  });

  test("takes the namespace of --namespace, then of KFP_NAMESPACE", async () => {
    const said = { ...env, KFP_NAMESPACE: "from-env" };
    for (const kind of ["pod", "pod-default"]) {
      expect(objectOf((await run(`manifests ${kind}`, { env: said })).stdout).metadata.namespace).toBe("from-env");
      const { stdout, stderr } = await run(`manifests ${kind} -n typed`, { env: said });
      expect(objectOf(stdout).metadata.namespace).toBe("typed");
      expect(stderr).toBe("");
    }
  });

  test("fills in what was asked for", async () => {
    const { stdout } = await run(
      "manifests pod --name p --image python:3.12 --service-account sa --label a=1 --label b=yes --audience x --expiration-seconds 600",
    );
    expect(objectOf(stdout)).toMatchObject({
      metadata: { name: "p", labels: { a: "1", b: "yes" } },
      spec: {
        serviceAccountName: "sa",
        volumes: [{ projected: { sources: [{ serviceAccountToken: { audience: "x", expirationSeconds: 600 } }] } }],
      },
    });
    expect(
      objectOf((await run("manifests role-binding -n a --to-service-account b/c --cluster-role kubeflow-view")).stdout),
    ).toMatchObject({
      metadata: { name: "allow-b-kubeflow-view", namespace: "a" },
      subjects: [{ kind: "ServiceAccount", name: "c", namespace: "b" }],
    });
    expect(objectOf((await run("manifests role-binding --to-user a@example.com")).stdout)).toMatchObject({
      subjects: [{ kind: "User", name: "a@example.com" }],
    });
  });

  test("makes a PodDefault for each profile of the cluster", async () => {
    putNamespace("team-b", profile);
    putNamespace("team-a", profile);
    putNamespace("kubeflow");
    const { stdout } = await run("manifests pod-default --all-profiles");
    expect(objectsOf(stdout).map(({ metadata }) => metadata.namespace)).toEqual(["team-a", "team-b"]);
  });

  test("prints cluster roles with the names of Kubeflow", async () => {
    const { stdout } = await run("manifests cluster-roles", { env: nowhere });
    expect(objectsOf(stdout).map(({ metadata }) => metadata.name)).toContain("kubeflow-edit");
  });
});

describe("wrong usage", () => {
  test.each([
    ["manifests pod --expiration-seconds 599", "599"],
    ["manifests pod --label nonsense", "nonsense"],
    ["manifests pod --label a=1 --label a=2", "twice"],
    ["manifests pod -n Team", "Team"],
    ["manifests pod --yes", "--apply"],
    ["manifests pod --force-conflicts", "--apply"],
    ["manifests pod-default --all-profiles -n a", "exclude each other"],
    ["manifests pod-default --all-profiles", "has no profile"],
    ["manifests pod-default --apply --yes", "--namespace"],
    ["manifests role-binding --to-user a --to-service-account b/c", "exclude each other"],
    ["manifests role-binding --to-service-account b", "NAMESPACE/NAME"],
    ["manifests role-binding --apply --yes --to-user a", "--namespace"],
    ["manifests role-binding --apply --yes -n a", "--to-user"],
    ["manifests pod --apply --yes --kubeconfig /nonexistent", "/nonexistent"],
    ["manifests pod-default --kube-context other", "other"],
  ])("%s", async (argv, said) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
    expect(cluster.changes).toEqual([]);
  });
});

describe("applying", () => {
  const path = "/api/v1/namespaces/team-a/pods/access-kfp-example";

  test("shows what would change, and says what became of it", async () => {
    const created = await run("manifests pod -n team-a --apply --yes");
    expect(created).toMatchObject({ code: 0, stdout: "pod/access-kfp-example created\n" });
    expect(created.stderr).toContain("+++ pod/access-kfp-example in team-a (then)\n");
    expect(created.stderr).toContain("+  name: access-kfp-example\n");
    expect(await run("manifests pod -n team-a --apply")).toMatchObject({
      code: 0,
      stdout: "pod/access-kfp-example unchanged\n",
      stderr: "",
    });
    const changed = await run("manifests pod -n team-a --label a=b --apply --yes");
    expect(changed.stdout).toBe("pod/access-kfp-example configured\n");
    expect(changed.stderr).toMatch(/^\+ {4}a: b$/m);
    expect(cluster.changes).toEqual([`PATCH ${path}`, `PATCH ${path}`]);
  });

  test("asks on a terminal, and only yes is yes", async () => {
    const no = await run("manifests pod -n team-a --apply", { terminal: true, lines: ["n"] });
    expect(no.code).toBe(1);
    expect(no.stderr).toMatch(
      /Apply pod\/access-kfp-example to http:\/\/127\.0\.0\.1:\d+\? \[y\/N\] .*Nothing was changed/s,
    );
    expect(cluster.changes).toEqual([]);
    expect((await run("manifests pod -n team-a --apply", { terminal: true, lines: ["y"] })).code).toBe(0);
    expect(cluster.changes).toEqual([`PATCH ${path}`]);
  });

  test("does nothing where nobody can be asked, after showing what it would do", async () => {
    const { code, stdout, stderr } = await run("manifests pod -n team-a --apply");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/\+kind: Pod[\s\S]*fix: Say --yes/);
    expect(cluster.changes).toEqual([]);
  });

  test("goes where kubectl would: to the namespace of the context, else default", async () => {
    await run("manifests pod --apply --yes");
    expect(cluster.changes).toEqual(["PATCH /api/v1/namespaces/default/pods/access-kfp-example"]);
  });

  test("leaves fields of somebody else to them, unless they are meant", async () => {
    const message = 'Apply failed with 1 conflict: conflict with "kubectl" using v1: .spec.containers';
    cluster.refusals.set(path, { status: 409, reason: "Conflict", message });
    const refused = await run("manifests pod -n team-a --apply --yes");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/conflict with "kubectl"[\s\S]*fix: .*--force-conflicts/);
    expect((await run("manifests pod -n team-a --apply --yes --force-conflicts")).code).toBe(0);
  });

  test.each([
    [403, "Forbidden", "pods is forbidden", 4, "right"],
    [401, "Unauthorized", "Unauthorized", 4, "credentials"],
    [404, "NotFound", 'namespaces "team-a" not found', 1, "Create the profile"],
    [422, "Invalid", "cannot change roleRef", 1, "another --name"],
    [500, "InternalError", "it broke", 1, "it broke"],
  ])("says what to do when the cluster answers %i", async (status, reason, message, code, said) => {
    cluster.refusals.set(path, { status, reason, message });
    const outcome = await run("manifests pod -n team-a --apply --yes");
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toContain(said);
  });

  test("says how PodDefaults are installed where the cluster does not know them", async () => {
    const { code, stderr } = await run("manifests pod-default -n team-a --apply --yes");
    expect(code).toBe(1);
    expect(stderr).toContain("kfp-ts poddefaults install");
  });

  test("says that there is no connection, with exit code 3", async () => {
    const dead = join(folder, "dead");
    writeFileSync(dead, JSON.stringify(kubeconfigOf("http://127.0.0.1:1")), { mode: 0o600 });
    const { code, stderr } = await run(`manifests pod --apply --yes --kubeconfig ${dead}`);
    expect(code).toBe(3);
    expect(stderr).toContain("--kubeconfig");
  });
});
