import { expect, test } from "vitest";
import { packageFolder } from "../compiled.ts";
import { embeddedServer } from "../embedded.ts";

const { kfp, ok, json } = embeddedServer();
const folder = packageFolder();

test("a file becomes a pipeline with a version, named as the file says", async () => {
  const made = await json(["pipelines", "upload", folder.write("from-file"), "--tag", "team=vision", "--tag", "a=b=c"]);
  expect(made).toMatchObject({ name: "from-file", display_name: "from-file", tags: { team: "vision", a: "b=c" } });
  const versions = await json(["versions", "list", "from-file"]);
  expect(versions.pipeline_versions).toHaveLength(1);
  expect(await ok(["pipelines", "list", "--filter", "tags.team=vision", "-o", "name"])).toBe(
    `pipeline/${made.pipeline_id}\n`,
  );
});

test("a pipeline is found by name, by display name and by id", async () => {
  const made = await json(["pipelines", "create", "plain-name", "--display-name", "The Name"]);
  for (const spelled of ["plain-name", "The Name", String(made.pipeline_id)]) {
    expect(await json(["pipelines", "get", spelled])).toMatchObject({ name: "plain-name" });
  }
});

test("display name and labels are changed, and labels are replaced as a whole", async () => {
  await ok(["pipelines", "create", "to-change", "--tag", "old=1"]);
  const changed = await json(["pipelines", "update", "to-change", "--display-name", "Changed", "--tag", "new=2"]);
  expect(changed).toMatchObject({ name: "to-change", display_name: "Changed", tags: { new: "2" } });
  expect(await json(["pipelines", "update", "to-change", "--display-name", "Again"])).toMatchObject({
    tags: { new: "2" },
  });
  expect(await json(["pipelines", "update", "to-change", "--no-tags"])).not.toHaveProperty("tags");
  expect(await kfp(["pipelines", "update", "to-change"])).toMatchObject({ code: 2 });
  expect(await kfp(["pipelines", "update", "to-change", "--no-tags", "--tag", "a=b"])).toMatchObject({ code: 2 });
});

test("a pipeline with versions is deleted with --cascade only, and that is said", async () => {
  await ok(["pipelines", "upload", folder.write("with-version")]);
  const refused = await kfp(["pipelines", "delete", "with-version", "--yes"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^error: .*has versions\.\nfix: .*--cascade/);
  expect(await kfp(["pipelines", "delete", "with-version", "--yes", "--cascade"])).toMatchObject({
    code: 0,
    stdout: "",
  });
  expect(await kfp(["pipelines", "get", "with-version"])).toMatchObject({ code: 1 });
});

test("versions are uploaded, listed newest first, shown with their parameters, changed and deleted", async () => {
  await ok(["pipelines", "upload", folder.write("versioned")]);
  const file = folder.write("versioned");
  const second = await json([
    "versions",
    "upload",
    file,
    "--pipeline",
    "versioned",
    "--name",
    "v2",
    "--description",
    "x",
  ]);
  expect(second).toMatchObject({ name: "v2", description: "x" });

  const facts = await ok(["versions", "get", "versioned", "v2"]);
  expect(facts).toMatch(/Parameters: +text: STRING = "hello"\n +epochs: NUMBER_INTEGER\n/);
  expect(await json(["versions", "get", "versioned", `pipeline-version/${second.pipeline_version_id}`])).toMatchObject({
    pipeline_spec: { pipelineInfo: { name: "versioned" } },
  });
  expect(await json(["versions", "update", "versioned", "v2", "--tag", "stage=live"])).toMatchObject({
    tags: { stage: "live" },
  });
  expect(await ok(["versions", "list", "versioned"])).toMatch(/NAME +ID +TAGS +CREATED\nv2 .* stage=live/);
  await ok(["versions", "delete", "versioned", "v2", "--yes"]);
  expect(await kfp(["versions", "get", "versioned", "v2"])).toMatchObject({ code: 1 });
});

test("a file that is no compiled pipeline, and one that is not there, are told apart", async () => {
  const missing = await kfp(["pipelines", "upload", folder.path("missing.yaml")]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("there is no such file");
  const other = await kfp(["pipelines", "upload", new URL(import.meta.url).pathname]);
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/^error: .*\nfix: /s);
});
