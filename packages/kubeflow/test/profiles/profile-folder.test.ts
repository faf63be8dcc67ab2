import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readObjects } from "../../src/objects/read-objects.ts";
import { ProfileFolder } from "../../src/profiles/profile-folder.ts";
import { folderOfTest } from "../box/box-of-tests.ts";

const clock = { now: () => Date.parse("2026-01-31T12:00:00.123Z") };

async function opened(folder?: string) {
  const path = folder ?? join(await folderOfTest(), "profiles");
  const problems: string[] = [];
  const profiles = await ProfileFolder.open(path, { clock, onUnreadable: ({ message }) => problems.push(message) });
  return { path, profiles, problems, names: () => profiles.profiles().map(({ metadata }) => metadata.name) };
}

test("a profile is kept as the object that Kubeflow has for it", async () => {
  const { path, profiles } = await opened();
  const made = await profiles.create("team-a", 'o"wner@example.com');
  const file = join(path, "team-a.yaml");
  expect(readObjects(await readFile(file, "utf8"), file).objects).toEqual([made]);
  expect(made).toMatchObject({
    apiVersion: "kubeflow.org/v1",
    kind: "Profile",
    metadata: { name: "team-a", creationTimestamp: "2026-01-31T12:00:00Z" },
    spec: { owner: { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: 'o"wner@example.com' } },
  });
  const again = await opened(path);
  expect(again.profiles.find("team-a")).toEqual(made);
  expect(again.names()).toEqual(["kubeflow-user-example-com", "team-a"]);
});

test.each(["Team", "a_b", "-a", "a".repeat(64), "", "a.b", "../x"])("%j is no name of a profile", async (name) => {
  const { profiles, path } = await opened();
  await expect(profiles.create(name, "a@example.com")).rejects.toMatchObject({ code: "ERR_INVALID" });
  expect(await readdir(path)).toEqual(["kubeflow-user-example-com.yaml"]);
});

test.each(["kubeflow", "default", "kube-system"])("the namespace %s is no profile", async (name) => {
  const { profiles } = await opened();
  await expect(profiles.create(name, "a@example.com")).rejects.toThrow("belongs to the cluster itself");
});

test.each(["", "a b", "a\n", "a".repeat(254)])("%j is no owner", async (owner) => {
  const { profiles } = await opened();
  await expect(profiles.create("team-a", owner)).rejects.toMatchObject({ code: "ERR_INVALID" });
});

test("a name that is taken is refused with its owner, an unknown one with those that there are", async () => {
  const { profiles } = await opened();
  await profiles.create("team-a", "alice@example.com");
  await expect(profiles.create("team-a", "bob@example.com")).rejects.toMatchObject({
    code: "ERR_EXISTS",
    message: "There is a profile team-a already, owned by alice@example.com.",
  });
  expect(profiles.find("team-a").spec.owner.name).toBe("alice@example.com");
  await expect(profiles.delete("team-b")).rejects.toMatchObject({
    code: "ERR_UNKNOWN",
    fix: "There are: kubeflow-user-example-com, team-a",
  });
});

test("two who make profiles at the same time lose nothing, and of one name only one is made", async () => {
  const { path, profiles } = await opened();
  const other = await opened(path);
  const names = Array.from({ length: 10 }, (_, index) => `team-${index}`);
  const outcomes = await Promise.allSettled(
    names.flatMap((name) => [profiles.create(name, "a@example.com"), other.profiles.create(name, "b@example.com")]),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  await profiles.refresh();
  await other.profiles.refresh();
  expect(other.profiles.profiles()).toEqual(profiles.profiles());
  expect(profiles.profiles()).toHaveLength(11);
});

test("of two who delete a profile at the same time one is told that it is gone", async () => {
  const { path, profiles } = await opened();
  const other = await opened(path);
  const name = "kubeflow-user-example-com";
  const outcomes = await Promise.allSettled([profiles.delete(name), other.profiles.delete(name)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await readdir(path)).toEqual([]);
  expect((await opened(path)).names()).toEqual([]);
});

test("a profile made anew is another one", async () => {
  const { profiles } = await opened();
  const first = await profiles.create("team-a", "a@example.com");
  await profiles.delete("team-a");
  expect((await profiles.create("team-a", "a@example.com")).metadata.uid).not.toBe(first.metadata.uid);
});

test("a file that is damaged is told with its name, and the others are read", async () => {
  const path = join(await folderOfTest(), "profiles");
  await mkdir(path);
  await writeFile(join(path, "broken.yaml"), "kind: [");
  await writeFile(join(path, "other.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n");
  await writeFile(
    join(path, "by-hand.yaml"),
    "apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: {name: by-hand}\nspec: {owner: {kind: User, name: h}}\n",
  );
  const { names, problems } = await opened(path);
  expect(names()).toEqual(["by-hand"]);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain("broken.yaml:1:");
  expect(problems[1]).toContain("other.yaml does not hold the profile of its name");
});
