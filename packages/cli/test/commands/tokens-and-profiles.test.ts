import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

let data = "";
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "kfp-ts-tokens-"));
});
afterAll(() => rm(data, { recursive: true, force: true }));

const kfp = (argv: readonly string[], options: Omit<FakeOptions, "argv"> = {}) =>
  outcomeOf(fakeIo({ ...options, argv: [...argv, "--data", data] }));
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

test("a profile is made with its objects, listed, and deleted after asking", async () => {
  const made = await kfp(["profiles", "create", "team-a", "--owner", "alice@example.com", "--output", "json"]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const { items } = JSON.parse(made.stdout) as { items: { kind: string; metadata: { name: string } }[] };
  expect(items.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    "Profile/team-a",
    "Namespace/team-a",
    "ServiceAccount/default-editor",
    "ServiceAccount/default-viewer",
    "RoleBinding/default-editor",
    "RoleBinding/default-viewer",
    "RoleBinding/namespaceAdmin",
    "PodDefault/access-ml-pipeline",
  ]);
  const { stdout } = await kfp(["profiles", "list"]);
  expect(stdout).toMatch(
    /^NAME +OWNER +CREATED\nkubeflow-user-example-com +user@example\.com .*\nteam-a +alice@example\.com/,
  );
  expect((await kfp(["profiles", "list", "-o", "name"])).stdout).toBe(
    "profile/kubeflow-user-example-com\nprofile/team-a\n",
  );

  expect(await kfp(["profiles", "delete", "team-a"])).toMatchObject({ code: 2 });
  expect(await kfp(["profiles", "delete", "team-a"], { terminal: true, lines: ["n"] })).toMatchObject({ code: 1 });
  expect(await kfp(["profiles", "delete", "profile/team-a", "--yes"])).toMatchObject({
    code: 0,
    stderr: "Deleted profile team-a. Its experiments and runs stay.\n",
  });
  expect(await kfp(["profiles", "delete", "team-a", "--yes"])).toMatchObject({
    code: 1,
    stderr: 'error: There is no profile "team-a".\nfix: There are: kubeflow-user-example-com\n',
  });
});

test("a profile of a bad or a taken name is refused with what to do", async () => {
  const owner = ["--owner", "a@example.com"];
  expect(await kfp(["profiles", "create", "Team", ...owner])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: "Team" is no name of a profile.*\nfix: Take at most 63 lower-case/),
  });
  expect(await kfp(["profiles", "create", "kubeflow-user-example-com", ...owner])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("owned by user@example.com"),
  });
});

const editor = ["tokens", "create", "default-editor", "--namespace", "kubeflow-user-example-com"];

test("a token goes to stdout and nothing else does", async () => {
  const { code, stdout, stderr } = await kfp([...editor, "--audience", "a", "--audience", "b", "--duration", "8h"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { aud, exp, iat } = claimsOf(stdout);
  expect({ aud, life: exp - iat }).toEqual({ aud: ["a", "b"], life: 28_800 });
});

test("without more a token is as kubectl makes it: for the issuer, for an hour", async () => {
  const { aud, exp, iat, iss } = claimsOf((await kfp(editor)).stdout);
  expect({ aud, life: exp - iat }).toEqual({ aud: [iss], life: 3600 });
});

test("what there is no token for is refused in Kubernetes' words, with what there is", async () => {
  const refused = async (...argv: string[]) => {
    const { code, stdout, stderr } = await kfp(argv);
    expect(stdout).toBe("");
    return `${code} ${stderr}`;
  };
  expect(await refused("tokens", "create", "nobody", "-n", "kubeflow-user-example-com")).toBe(
    '1 error: failed to create token: serviceaccounts "nobody" not found\n' +
      "fix: Service accounts of kubeflow-user-example-com: there are default-editor, default-viewer.\n",
  );
  expect(await refused("tokens", "create", "default-editor", "-n", "nowhere")).toBe(
    '1 error: failed to create token: namespaces "nowhere" not found\n' +
      "fix: Namespaces: there are kubeflow-user-example-com.\n",
  );
  expect(await refused(...editor, "--duration", "5m")).toContain("may not specify a duration less than 10 minutes");
  expect(await refused(...editor, "--duration", "99999d")).toMatch(
    /larger than 2\^32 seconds\nfix: .* from 10m to 49710d/,
  );
  expect(await refused(...editor, "--audience", "")).toMatch(/^2 error: .*must not be an empty string/);
  expect(await refused("tokens", "create", "default-editor")).toMatch(/^2 error: .*--namespace/);
});

test("where there is no data, no token is made, and no data either", async () => {
  const nowhere = join(data, "nothing", "here");
  const argv = ["tokens", "create", "default-editor", "-n", "x", "--data", nowhere];
  const { code, stderr } = await outcomeOf(fakeIo({ argv }));
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`no Kubeflow in ${nowhere}`) });
  await expect(stat(nowhere)).rejects.toThrow("ENOENT");
});
