import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apply, eventually, kubeconfig, kubectl, runKubectl } from "./support/cluster.ts";
import { kfpTs } from "./support/command.ts";

const namespace = `m-${Date.now().toString(36)}-manifests`;
let home: string;

const manifests = (...args: string[]) => kfpTs(["manifests", ...args, "--kubeconfig", kubeconfig()], { home });
const applied = (...args: string[]) => manifests(...args, "--apply", "--yes");

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-manifests-"));
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});
afterAll(async () => {
  await runKubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
  rmSync(home, { recursive: true, force: true });
});

it("what would change is what changes then, in kubectl's words", async () => {
  const binding = ["role-binding", "-n", namespace, "--to-user", "a@example.com"];
  const refused = await manifests(...binding, "--apply");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("+    name: a@example.com\n");
  expect((await kubectl(["get", "rolebinding", "-n", namespace, "-o", "name"])).trim()).toBe("");
  const title = "rolebinding.rbac.authorization.k8s.io/allow-user-a-example-com-kubeflow-edit";
  expect(await applied(...binding)).toMatchObject({ code: 0, stdout: `${title} created\n` });
  expect(await applied(...binding)).toMatchObject({ code: 0, stdout: `${title} unchanged\n`, stderr: "" });
  const fields = JSON.parse(await kubectl(["get", title, "-n", namespace, "-o", "json", "--show-managed-fields"]));
  expect(fields.metadata.managedFields).toMatchObject([{ manager: "kfp-ts", operation: "Apply" }]);
});

it("a field of another manager is named and left to it, unless it is meant", async () => {
  const binding = ["role-binding", "-n", namespace, "--name", "shared"];
  expect((await applied(...binding, "--to-user", "b@example.com")).code).toBe(0);
  const other = await manifests(...binding, "--to-user", "c@example.com");
  await kubectl(["apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "-f", "-"], other.stdout);
  const refused = await applied(...binding, "--to-user", "b@example.com");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/conflict with "somebody"[\s\S]*\.subjects[\s\S]*fix: .*--force-conflicts/);
  const taken = await applied(...binding, "--to-user", "b@example.com", "--force-conflicts");
  expect(taken.stdout).toBe("rolebinding.rbac.authorization.k8s.io/shared configured\n");
  expect(taken.stderr).toMatch(/^- .*c@example\.com\n\+ .*b@example\.com$/m);
});

it("a role binding keeps its role, and what to do about it is said", async () => {
  const args = ["role-binding", "-n", namespace, "--to-user", "b@example.com", "--name", "shared"];
  const refused = await applied(...args, "--cluster-role", "kubeflow-view", "--force-conflicts");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("fix: A role binding keeps its cluster role");
});

it("Kubernetes aggregates the cluster roles, and applying them again is at odds with nobody", async () => {
  const first = await applied("cluster-roles");
  expect(first.code, first.stderr).toBe(0);
  await eventually("the rules for pipelines are in kubeflow-edit", async () =>
    (await kubectl(["get", "clusterrole", "kubeflow-edit", "-o", "json"])).includes("pipelines.kubeflow.org"),
  );
  const again = await applied("cluster-roles");
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).not.toMatch(/ (created|configured)\n/);
});

it("a namespace that is not there is told, with what to do", async () => {
  const nowhere = await applied("role-binding", "-n", "m-nowhere", "--to-user", "a@example.com");
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no namespace m-nowhere") });
});

it("who may not is told that, with exit code 4", async () => {
  const nobody = join(home, "nobody");
  const view = JSON.parse(await kubectl(["config", "view", "--raw", "-o", "json"]));
  view.users = [{ name: view.users[0].name, user: { ...view.users[0].user, as: "nobody@example.com" } }];
  writeFileSync(nobody, JSON.stringify(view), { mode: 0o600 });
  const args = ["manifests", "role-binding", "-n", namespace, "--to-user", "a@b.c", "--apply", "--yes"];
  const refused = await kfpTs([...args, "--kubeconfig", nobody], { home });
  expect(refused).toMatchObject({ code: 4, stdout: "" });
  expect(refused.stderr).toContain('User "nobody@example.com" cannot get resource "rolebindings"');
});
