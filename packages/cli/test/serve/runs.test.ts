import { describe, expect, it } from "vitest";
import { chooseRuns } from "../../src/serve/runs.ts";
import { fakeIo } from "../fake-io.ts";

const nothing = {
  jobs: undefined,
  isolation: undefined,
  python: undefined,
  allowHostCommands: false,
  noRun: false,
  kubeflow: false,
  multiUser: false,
};

function choose(
  options: Partial<Parameters<typeof chooseRuns>[0]> = {},
  more: Partial<Parameters<typeof chooseRuns>[1]> = {},
) {
  const { io } = fakeIo({ argv: [], env: { HOME: "/users/ada", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" } });
  const where = { database: { kind: "directory", path: "/data" }, host: "127.0.0.1", io, ...more } as const;
  return chooseRuns({ ...nothing, ...options }, where);
}

describe("what runs leave", () => {
  it.each([
    [{ kind: "directory", path: "/data" }, undefined, "/data/served-runs"],
    [{ kind: "memory" }, undefined, undefined],
    [{ kind: "postgres", url: "postgres://db" }, undefined, "/users/ada/.local/share/kfp-ts/served-runs"],
    [{ kind: "postgres", url: "postgres://db" }, "/runs", "/runs/served-runs"],
  ] as const)("is beside the data, or where --data says: %j, %s", (database, data, folder) => {
    expect(choose({ data }, { database }).runs?.folder).toBe(folder);
  });
});

describe("isolation", () => {
  it.each([
    ["127.0.0.1", {}, /not isolated/],
    ["localhost", {}, /not isolated/],
    ["127.0.0.1", { isolation: "bubblewrap" }, /kept apart by bubblewrap/],
    ["127.0.0.1", { kubeflow: true }, /kept apart by bubblewrap/],
    ["127.0.0.1", { multiUser: true }, /kept apart by bubblewrap/],
    ["0.0.0.0", {}, /kept apart by bubblewrap/],
  ] as const)("of a server on %s with %j is said", (host, options, said) => {
    expect(choose(options, { host }).said).toMatch(said);
  });

  it("of another kind is wrong usage", async () => {
    const { runsOptions } = await import("../../src/serve/runs.ts");
    expect(() => runsOptions.isolation.read("docker")).toThrow(/"docker" is no isolation; there are bubblewrap, none/);
  });
});

it("the keys of S3 and the user's environments are for a server of one user only", () => {
  expect(choose().runs).toMatchObject({
    s3: { region: undefined },
    environmentsFolder: "/users/ada/.cache/kfp-ts/environments",
  });
  const shared = choose({ kubeflow: true }).runs;
  expect([shared?.s3, shared?.environmentsFolder]).toEqual([undefined, undefined]);
});

it("a server that executes nothing takes no word on how", () => {
  expect(choose({ noRun: true })).toMatchObject({ runs: undefined, said: expect.stringContaining("PENDING") });
  expect(() => choose({ noRun: true, jobs: 3 })).toThrow("--jobs and --no-run exclude each other");
  expect(() => choose({ noRun: true, allowHostCommands: true })).toThrow("--allow-host-commands and --no-run");
});
