import type { RunnerOptions } from "@kfp-ts/runner";
import { describe, expect, it } from "vitest";
import type { ServerOptions } from "../../src/index.ts";
import { echo } from "../services/harness.ts";
import { startTestServer } from "../test-server.ts";
import { Disk } from "./scripted-runner.ts";
import { ask, serverOn } from "./servers.ts";

const multiUser: ServerOptions["multiUser"] = {
  authenticators: [],
  authorizer: { review: async () => ({ allowed: true, reason: "" }) },
};

describe("a server that others can use", () => {
  it.each([
    ["many users", { multiUser }],
    ["a network", { host: "0.0.0.0", insecureNoAuth: true }],
  ] as const)("does not start where it is to execute runs without isolation: %s", async (_, options) => {
    const start = startTestServer({ ...options, runs: { isolation: "none", env: {} } });
    await expect(start).rejects.toMatchObject({
      name: "StartError",
      code: "ERR_ISOLATION",
      message: expect.stringMatching(/could have runs executed.*--no-run/),
    });
  });

  it("does not start where its runs would get at all that the keys of S3 open", async () => {
    const s3 = { credentials: async () => ({ accessKeyId: "a", secretAccessKey: "s" }) };
    const start = startTestServer({ multiUser, runs: { env: {}, s3 } });
    await expect(start).rejects.toMatchObject({ code: "ERR_OPTION", message: expect.stringContaining("keys of S3") });
  });

  it("executes runs apart from each other, without being told", async () => {
    const disk = new Disk();
    const server = await serverOn(disk, { host: "0.0.0.0", insecureNoAuth: true });
    await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo });
    await expect.poll(() => disk.made).toMatchObject([{ isolation: "bubblewrap" }]);
  });
});

describe("a server for one user on its own machine", () => {
  it.each([
    [undefined, "none"],
    ["none", "none"],
    ["bubblewrap", "bubblewrap"],
  ] as const)("executes runs as it is told: %s is %s", async (isolation, made) => {
    const disk = new Disk();
    const runs = { isolation, env: {}, createRunner: async (options: RunnerOptions) => disk.runner(options) };
    const server = await serverOn(disk, { runs });
    await ask(server, "POST", "runs", { display_name: "r", pipeline_spec: echo });
    await expect.poll(() => disk.made).toMatchObject([{ isolation: made }]);
  });
});
