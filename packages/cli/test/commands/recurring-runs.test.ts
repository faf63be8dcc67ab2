import { beforeAll, expect, test } from "vitest";
import { packageFolder } from "../compiled.ts";
import { embeddedServer } from "../embedded.ts";

const { kfp, ok, json } = embeddedServer();
const folder = packageFolder();
const create = ["recurring-runs", "create", "--pipeline", "demo", "--name"];

beforeAll(() => ok(["pipelines", "upload", folder.write("demo")]));

test("it makes runs from the beginning, and takes the latest version each time", async () => {
  const made = await json([...create, "nightly", "--cron", "0 0 2 * * *", "--param", "epochs=1"]);
  expect(made).toMatchObject({
    display_name: "nightly",
    status: "ENABLED",
    max_concurrency: "1",
    trigger: { cron_schedule: { cron: "0 0 2 * * *" } },
    runtime_config: { parameters: { epochs: 1 } },
  });
  expect(made.pipeline_version_reference).not.toHaveProperty("pipeline_version_id");
  expect(made).not.toHaveProperty("no_catchup");
  expect(await ok(["recurring-runs", "get", "nightly"])).toMatch(/Version ID: +the latest at each time/);
});

test("distances are durations, and a version can be fixed", async () => {
  const made = await json([...create, "often", "--every", "30m", "--version", "demo", "--no-catchup", "--disabled"]);
  expect(made).toMatchObject({
    status: "DISABLED",
    no_catchup: true,
    trigger: { periodic_schedule: { interval_second: "1800" } },
    pipeline_version_reference: { pipeline_version_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(await ok(["recurring-runs", "list", "--filter", "name=often"])).toMatch(/often .* DISABLED +every 30m/);
});

test("times are days or instants", async () => {
  const made = await json([
    ...create,
    "bounded",
    "--every",
    "1d",
    "--start-time",
    "2030-01-01",
    "--end-time",
    "2030-02-01T12:00:00Z",
  ]);
  expect(made).toMatchObject({
    trigger: { periodic_schedule: { start_time: "2030-01-01T00:00:00Z", end_time: "2030-02-01T12:00:00Z" } },
  });
});

test("it is disabled, enabled and deleted", async () => {
  await ok([...create, "switched", "--every", "1h"]);
  expect(await json(["recurring-runs", "disable", "switched"])).toMatchObject({ status: "DISABLED" });
  expect(await json(["recurring-runs", "enable", "switched"])).toMatchObject({ status: "ENABLED" });
  await ok(["recurring-runs", "delete", "switched", "-y"]);
  expect(await kfp(["recurring-runs", "get", "switched"])).toMatchObject({ code: 1 });
});

test.each([
  [[], "It is not said when."],
  [["--cron", "0 0 2 * * *", "--every", "1h"], "--cron and --every exclude each other."],
  [["--every", "1500ms"], '"1500ms" is no whole number of seconds.'],
  [["--every", "1h", "--start-time", "tomorrow"], '"tomorrow" is no instant'],
  [["--every", "1h", "--max-concurrency", "11"], "not a whole number from 1 to 10"],
])("%j is wrong usage", async (argv, message) => {
  const outcome = await kfp([...create, "never", ...argv]);
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test("a cron expression that is none is refused by the server, with exit code 1", async () => {
  expect(await kfp([...create, "never", "--cron", "at night"])).toMatchObject({ code: 1, stdout: "" });
});
