import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { type Fake, fakeIo } from "../fake-io.ts";

const FIRST = "kubeflow-user-example-com";
let folder = "";
const running: { fake: Fake; outcome: Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-kubeflow-test-"));
});
afterEach(async () => {
  for (const { fake, outcome } of running.splice(0)) {
    fake.signal("SIGTERM");
    await outcome;
  }
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: join(folder, "share"), HOME: folder, TMPDIR: folder });
const kfp = (...argv: string[]) => outcomeOf(fakeIo({ argv, env: env() }));

const SERVE = ["serve", "--kubeflow", "--port", "0", "--gateway", "none"];

/** Starts a box, and gives what it says when it is ready. */
async function serve(...argv: string[]) {
  const fake = fakeIo({ argv: [...SERVE, "--log-level", "error", ...argv], env: env() });
  const outcome = outcomeOf(fake);
  running.push({ fake, outcome });
  for (;;) {
    const said = fake.stdout();
    const [, url] = / on (http:\/\/\S+)/.exec(said) ?? [];
    const [, token = ""] = / token +(\S+), renewed/.exec(said) ?? [];
    if (url !== undefined && said.includes("Ctrl-C")) return { fake, outcome, url, token, said };
    const ended = await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 5))]);
    if (ended !== undefined) throw new Error(JSON.stringify(ended));
  }
}

/** Waits until something holds: what another process changes is seen within a second. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const statusOf = async (url: string, namespace: string, token?: string) => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/apis/v2beta1/experiments?namespace=${namespace}`, { headers })).status;
};

test("the line to try works as it is shown, and whoever has no token is asked who they are", async () => {
  const { url, token, said } = await serve("--data", join(folder, "data"));
  expect(said).toContain(`profile     ${FIRST} of user@example.com\n`);
  const [, line = ""] = / try +(.*)\n/.exec(said) ?? [];
  const command = `npx kfp-ts experiments list --namespace ${FIRST} --endpoint ${url}`;
  expect(line).toBe(`KF_PIPELINES_SA_TOKEN_PATH=${token} ${command}`);
  const tried = await outcomeOf(
    fakeIo({
      argv: command.split(" ").slice(2),
      env: { ...env(), KF_PIPELINES_SA_TOKEN_PATH: token },
    }),
  );
  expect(tried).toMatchObject({ code: 0, stdout: expect.stringMatching(/^NAME/) });
  expect(await statusOf(url, FIRST)).toBe(401);
  expect(await statusOf(url, FIRST, await readFile(token, "utf8"))).toBe(200);
  expect(await statusOf(url, "kubeflow", await readFile(token, "utf8"))).toBe(403);
});

test("tokens and profiles of other processes are those of the running server", async () => {
  const data = join(folder, "data");
  const rbac = join(folder, "rbac.yaml");
  await writeFile(rbac, "");
  const { url } = await serve("--data", data, "--rbac", rbac);
  expect(await kfp("profiles", "create", "namespace-1", "--owner", "a@example.com", "--data", data)).toMatchObject({
    code: 0,
  });
  await writeFile(
    rbac,
    `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: allow-namespace-2-kubeflow-edit, namespace: namespace-1 }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubeflow-edit }
subjects: [{ kind: ServiceAccount, name: default-editor, namespace: namespace-2 }]
`,
  );
  const create = ["tokens", "create", "default-editor", "--audience", "pipelines.kubeflow.org", "--data", data];
  await until(async () => (await kfp(...create, "--namespace", "namespace-2")).code === 0);
  const reader = (await kfp(...create, "--namespace", "namespace-2")).stdout.trim();
  await until(async () => (await statusOf(url, "namespace-1", reader)) === 200);
  expect(await statusOf(url, "namespace-2", reader)).toBe(403);

  const own = (await kfp(...create, "--namespace", "namespace-1")).stdout.trim();
  await until(async () => (await statusOf(url, "namespace-1", own)) === 200);
  expect(await kfp("profiles", "delete", "namespace-1", "--yes", "--data", data)).toMatchObject({ code: 0 });
  await until(async () => (await statusOf(url, "namespace-1", own)) === 401);
});

test("in memory Kubeflow's things are in a folder that goes with the server", async () => {
  const { fake, outcome, token, url } = await serve("--in-memory");
  expect(await statusOf(url, FIRST, await readFile(token, "utf8"))).toBe(200);
  running.length = 0;
  fake.signal("SIGTERM");
  await outcome;
  await expect(readFile(token)).rejects.toThrow("ENOENT");
});

test("a second server on the same data is refused, and the first one's service accounts stay", async () => {
  const data = join(folder, "data");
  const rbac = join(folder, "rbac.yaml");
  await writeFile(rbac, "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: robot, namespace: robots }\n");
  await serve("--data", data, "--rbac", rbac);
  const second = await kfp(...SERVE, "--data", data);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("in use by another process") });
  expect(await kfp("tokens", "create", "robot", "--namespace", "robots", "--data", data)).toMatchObject({ code: 0 });
});

test("what does not go together is wrong usage, and what is wrong in a file is told with its place", async () => {
  const cluster = await kfp("serve", "--kubeflow", "--kubeconfig", "x", "--in-memory");
  expect(cluster).toMatchObject({ code: 2, stderr: expect.stringContaining("--kubeflow and --kubeconfig exclude") });
  const alone = await kfp("serve", "--rbac", "x", "--in-memory");
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("Add --kubeflow") });
  const rbac = join(folder, "rbac.yaml");
  await writeFile(rbac, "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: 5 }\n");
  const broken = await kfp("serve", "--kubeflow", "--in-memory", "--rbac", rbac);
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining(`${rbac}:3:`) });
});

test("data that others can read is refused with what closes it", async () => {
  const data = join(folder, "data");
  await kfp("profiles", "create", "team-a", "--owner", "a@example.com", "--data", data);
  const keys = join(data, "kubeflow", "keys");
  await chmod(keys, 0o755);
  expect(await kfp(...SERVE, "--data", data)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`fix: Close it: chmod 700 ${keys}`),
  });
});
