import { beforeAll, describe, expect, test } from "vitest";
import { packageFolder } from "../compiled.ts";
import { embeddedServer } from "../embedded.ts";

const { kfp, ok, json } = embeddedServer();
const folder = packageFolder();

beforeAll(async () => {
  await ok(["pipelines", "upload", folder.write("demo")]);
  await ok(["versions", "upload", folder.write("demo"), "--pipeline", "demo", "--name", "v2"]);
});

describe("what runs", () => {
  test("a pipeline by name runs in its latest version, under its name with the time", async () => {
    const now = () => new Date(2026, 0, 31, 9, 5, 7).getTime();
    const run = await json(["runs", "create", "--pipeline", "demo"], { now });
    const latest = await json(["versions", "get", "demo", "v2"]);
    expect(run).toMatchObject({
      display_name: "demo v2 2026-01-31 09-05-07",
      state: "PENDING",
      pipeline_version_reference: { pipeline_version_id: latest.pipeline_version_id },
    });
  });

  test("a version can be said, by name or by id", async () => {
    const first = await json(["versions", "get", "demo", "demo"]);
    for (const version of ["demo", String(first.pipeline_version_id)]) {
      const run = await json(["runs", "create", "-p", "demo", "--version", version, "--name", "of version one"]);
      expect(run).toMatchObject({
        display_name: "of version one",
        pipeline_version_reference: { pipeline_version_id: first.pipeline_version_id },
      });
    }
  });

  test("a file runs without becoming a pipeline", async () => {
    const run = await json(["runs", "create", "--file", folder.write("from-file"), "--param", "epochs=2"]);
    expect(run).toMatchObject({
      pipeline_spec: { pipelineInfo: { name: "from-file" } },
      runtime_config: { parameters: { epochs: 2 } },
    });
    expect(await kfp(["pipelines", "get", "from-file"])).toMatchObject({ code: 1 });
  });

  test("parameters have the types that the pipeline gives them", async () => {
    const run = await json(["runs", "create", "-p", "demo", "--param", "text=7", "--param", "epochs=7"]);
    expect(run).toMatchObject({ runtime_config: { parameters: { text: "7", epochs: 7 } } });
  });

  test.each([
    [["--param", "epochs=many"], 'The parameter epochs is a number, and "many" is none.'],
    [["--param", "lr=1"], "The pipeline has no parameter lr."],
    [["--param", "epochs"], '"epochs" is not of the form name=value.'],
  ])("%j is refused before anything is sent", async (argv, message) => {
    const before = await json(["runs", "list"]);
    const { code, stderr } = await kfp(["runs", "create", "-p", "demo", "--experiment", "not made", ...argv]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(await json(["runs", "list"])).toMatchObject({ total_size: before.total_size });
    expect(await kfp(["experiments", "get", "not made"])).toMatchObject({ code: 1 });
  });

  test("what is to run has to be said, and once only", async () => {
    expect(await kfp(["runs", "create"])).toMatchObject({ code: 2, stderr: expect.stringContaining("--pipeline") });
    expect(await kfp(["runs", "create", "-p", "demo", "-f", "x.yaml"])).toMatchObject({ code: 2 });
  });

  test("a pipeline without a version cannot run, and it is said how to give it one", async () => {
    await ok(["pipelines", "create", "empty"]);
    const { code, stderr } = await kfp(["runs", "create", "-p", "empty"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no version yet\.\nfix: kfp-ts versions upload FILE --pipeline [0-9a-f-]{36}/);
  });
});

describe("the experiment of a run", () => {
  const experimentOf = async (argv: string[], env: Record<string, string> = {}) => {
    const run = await json(["runs", "create", "-p", "demo", ...argv], { env });
    return (await json(["experiments", "get", String(run.experiment_id)])).display_name;
  };

  test("is the server's own where none is said", async () => {
    expect(await experimentOf([])).toBe("Default");
  });

  test("is found by name, and made where there is none, which is told", async () => {
    const { stderr } = await kfp(["runs", "create", "-p", "demo", "-e", "new one"]);
    expect(stderr).toMatch(/^Created experiment "new one" \([0-9a-f-]{36}\)\.\n$/);
    expect(await experimentOf(["-e", "New One"])).toBe("new one");
  });

  test("is not made where an id was meant", async () => {
    const id = "00000000-0000-7000-8000-000000000000";
    expect(await kfp(["runs", "create", "-p", "demo", "-e", id])).toMatchObject({ code: 1 });
    expect(await kfp(["runs", "create", "-p", "demo", "-e", `experiment/${id}`])).toMatchObject({ code: 1 });
  });

  test("comes from Python's environment variables as there: the default last, the override first", async () => {
    const fallback = { KF_PIPELINES_DEFAULT_EXPERIMENT_NAME: "fallback" };
    expect(await experimentOf([], fallback)).toBe("fallback");
    expect(await experimentOf(["-e", "said"], fallback)).toBe("said");
    const override = { ...fallback, KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME: "forced" };
    expect(await experimentOf(["-e", "said"], override)).toBe("forced");
    const { stderr } = await kfp(["runs", "create", "-p", "demo"], { env: override });
    expect(stderr).toContain("KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME says the experiment: forced");
  });
});

test("a run is listed, archived, unarchived, terminated and deleted", async () => {
  const made = await json(["runs", "create", "-p", "demo", "--name", "lifecycle", "-e", "of its own"]);
  const list = await ok(["runs", "list", "--experiment", "of its own"]);
  expect(list).toMatch(/^NAME +ID +STATE +CREATED +DURATION\nlifecycle +[0-9a-f-]{36} +PENDING/);
  expect(await json(["runs", "archive", "lifecycle"])).toMatchObject({ storage_state: "ARCHIVED" });
  expect(await ok(["runs", "list", "--filter", "storage_state=ARCHIVED"])).toMatch(/STORAGE.*\n.*ARCHIVED/);
  expect(await json(["runs", "unarchive", "lifecycle"])).toMatchObject({ storage_state: "AVAILABLE" });
  expect(await json(["runs", "terminate", String(made.run_id)])).toMatchObject({
    state: expect.stringMatching(/^CANCEL(ING|ED)$/),
  });
  expect(await json(["runs", "delete", "lifecycle", "--yes"])).toMatchObject({ run_id: made.run_id });
  expect(await kfp(["runs", "get", "lifecycle"])).toMatchObject({ code: 1 });
});

test("a name that several runs have is not guessed: they are named", async () => {
  await ok(["runs", "create", "-p", "demo", "--name", "twice"]);
  await ok(["runs", "create", "-p", "demo", "--name", "twice"]);
  const { code, stderr } = await kfp(["runs", "get", "twice"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /Several runs have the name "twice"\.\nfix: Say which by its id:\n( {2}run\/[0-9a-f-]{36}\n){2}$/,
  );
});

test("a run that cannot be retried says why", async () => {
  await ok(["runs", "create", "-p", "demo", "--name", "pending"]);
  const { code, stderr } = await kfp(["runs", "retry", "pending"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .+\nfix: .+/);
});

test("the page of a new run is told where Python's variable says where pages are", async () => {
  const env = { KF_PIPELINES_UI_ENDPOINT: "https://kubeflow.example.com/pipeline/" };
  const { stdout, stderr } = await kfp(["runs", "create", "-p", "demo", "-o", "json"], { env });
  const { run_id: id } = JSON.parse(stdout);
  expect(stderr).toBe(`https://kubeflow.example.com/pipeline/#/runs/details/${id}\n`);
});
