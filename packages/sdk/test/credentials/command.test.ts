import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { Program, ProgramResult } from "../../src/credentials/program.ts";
import { type CommandOptions, command } from "../../src/index.ts";
import { credentialsRequest } from "../helpers/credentials-request.ts";
import { failureOf } from "../helpers/failure.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

const done = (stdout: string, rest: Partial<ProgramResult> = {}): ProgramResult => ({
  exitCode: 0,
  stopped: undefined,
  stdout,
  stderr: "",
  ...rest,
});
const execCredential = (token: string, expirationTimestamp?: string) =>
  JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token, ...(expirationTimestamp && { expirationTimestamp }) },
  });

/** Credentials of a program that ends as the test says, on a clock that the test moves. */
function scene(answer: (run: number) => ProgramResult | Error, options: Partial<CommandOptions> = {}) {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const runs: Program[] = [];
  const credentials = command(
    { command: "print-token", ...options },
    {
      now: () => now,
      environment: () => ({ PATH: "/bin", OVERRIDDEN: "no" }),
      run: async (program) => {
        runs.push(program);
        const outcome = answer(runs.length);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
  );
  return {
    credentials,
    runs,
    token: async () => (await credentials.headers(credentialsRequest())).authorization,
    refused: async (authorization: string) =>
      credentials.refused?.({ ...credentialsRequest(), status: 401, sent: { authorization } }),
    later: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

/** Node itself as the program. */
const node = (script: string, options: Partial<CommandOptions> = {}) =>
  command({ command: process.execPath, args: ["-e", script], ...options }).headers(credentialsRequest());

describe("a program that prints a token", () => {
  test("runs once for all calls, and its token serves until it is refused", async () => {
    const { token, runs, refused } = scene((run) => done(`t${run}\n`));
    expect(await Promise.all([token(), token(), token()])).toEqual(["Bearer t1", "Bearer t1", "Bearer t1"]);
    expect(await Promise.all([refused("Bearer t1"), refused("Bearer t1")])).toEqual([true, true]);
    expect(await refused("Bearer t1")).toBe(true);
    expect(await token()).toBe("Bearer t2");
    expect(runs).toHaveLength(2);
  });

  test("that prints the same one after a refusal has nothing else to offer", async () => {
    const { token, refused } = scene(() => done("always"));
    await token();
    expect(await refused("Bearer always")).toBe(false);
  });

  test.each([
    ["an ExecCredential", execCredential("t", "2026-01-01T00:10:00Z")],
    ["a JWT", serviceAccountToken({ exp: Date.parse("2026-01-01T00:10:00Z") / 1000 })],
  ])("as %s says when it ends, and runs again shortly before", async (_what, text) => {
    const { token, runs, later } = scene(() => done(text));
    await token();
    later(589_000);
    await token();
    expect(runs).toHaveLength(1);
    later(1_000);
    await token();
    expect(runs).toHaveLength(2);
  });

  test("is told that it is a plugin of kubectl, and gets the environment with what is added", async () => {
    const { token, runs } = scene(() => done(execCredential("t")), {
      args: ["a b", "$HOME"],
      env: { OVERRIDDEN: "yes" },
    });
    expect(await token()).toBe("Bearer t");
    expect(runs[0]).toMatchObject({
      args: ["a b", "$HOME"],
      env: { PATH: "/bin", OVERRIDDEN: "yes" },
      timeoutMs: 60_000,
    });
    expect(JSON.parse(runs[0]?.env.KUBERNETES_EXEC_INFO ?? "")).toEqual({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      spec: { interactive: false },
    });
  });

  test("gets the terminal, and time for a person, only where that is said", async () => {
    const { token, runs } = scene(() => done("t"), { interactive: true });
    await token();
    expect(runs[0]).toMatchObject({ interactive: true, timeoutMs: 300_000 });
  });
});

describe("a program that fails", () => {
  test.each<[string, ProgramResult, string]>([
    [
      "an exit code",
      done("", { exitCode: 3, stderr: "please log in first\n" }),
      "failed with exit code 3. It said: please log in first",
    ],
    ["a signal", done("", { exitCode: undefined }), "was ended by a signal, and said nothing else."],
    ["no end", done("", { exitCode: undefined, stopped: "time" }), "did not end within 60000 ms"],
    ["too much output", done("", { exitCode: undefined, stopped: "size" }), "printed more than any token has"],
    ["nothing", done("\n"), "printed nothing"],
    ["a sentence", done("not a token"), "printed several words or lines"],
    ["Bearer", done("Bearer abc"), 'printed "Bearer" before the token'],
    ["broken JSON", done('{"kind":'), "begins like JSON and is none"],
    ["other JSON", done('{"access_token":"x"}'), "printed JSON that is no ExecCredential"],
    ["no token", done('{"kind":"ExecCredential","status":{}}'), "without a token"],
    ["no time", done(execCredential("t", "soon")), "expirationTimestamp that is no time"],
  ])("with %s is an error that names it", async (_what, result, words) => {
    const error = await failureOf(scene(() => result).token());
    expect(error).toMatchObject({
      code: "CREDENTIALS_COMMAND_FAILED",
      message: expect.stringContaining("print-token"),
    });
    expect(error.message).toContain(words);
    expect(error.fix).toContain("by hand");
  });

  test("is run again by the next call", async () => {
    const { token } = scene((run) => (run === 1 ? done("", { exitCode: 1 }) : done("t")));
    await failureOf(token());
    expect(await token()).toBe("Bearer t");
  });

  test("and does not exist, or may not be run, is said to be so", async () => {
    const system = (code: string) => scene(() => Object.assign(new Error("spawn"), { code })).token();
    expect((await failureOf(system("ENOENT"))).message).toBe(
      "The program print-token does not exist, or is not on the PATH.",
    );
    expect((await failureOf(system("EACCES"))).message).toContain("permission denied");
    const real = command({ command: "/no/such/program" }).headers(credentialsRequest()) as Promise<unknown>;
    expect((await failureOf(real)).code).toBe("CREDENTIALS_COMMAND_FAILED");
  });

  test("shows the end of what it said, without secrets and without what steers a terminal", async () => {
    const secret = "s3cr3t-of-the-answer";
    const jwt = serviceAccountToken();
    const stderr = `${"x".repeat(5_000)} \u001b[31mred\u001b[0m token=abcdefgh Bearer zzzz ${jwt} ${secret} end`;
    const error = await failureOf(scene(() => done(`two ${secret}`, { exitCode: 1, stderr })).token());
    expect(error.message).toMatch(/red token=\[hidden\] Bearer \[hidden\] \[hidden\] \[hidden\] end$/);
    expect(error.message.length).toBeLessThan(2_200);
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });
});

describe("a real program", () => {
  test("is started without a shell, and its answer is what it prints", async () => {
    expect(await node('process.stdout.write("real-token\\n")')).toEqual({ authorization: "Bearer real-token" });
    const args = ["-e", "process.stdout.write(String(process.argv.length))", "--", "$(id);", "a b"];
    const given = await command({ command: process.execPath, args }).headers(credentialsRequest());
    expect(given.authorization).toBe("Bearer 3");
  });

  test("that does not end is ended", async () => {
    const error = await failureOf(node("setInterval(() => {}, 1000)", { timeoutMs: 300 }) as Promise<unknown>);
    expect(error.message).toContain("did not end within 300 ms");
  });

  test("that leaves another one behind is not waited for", async () => {
    const script = `
      require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 8000)"], { stdio: "inherit", detached: true }).unref();
      process.stdout.write("t");`;
    const began = performance.now();
    expect(await node(script)).toEqual({ authorization: "Bearer t" });
    expect(performance.now() - began).toBeLessThan(7_000);
  });
});

test.each([
  { command: "" },
  { command: "a\0b" },
  { command: "x", args: "not a list" as never },
  { command: "x", args: [1] as never },
  { command: "x", timeoutMs: 0 },
])("%j is refused when the credentials are made", async (options) => {
  expect((await failureOf(() => command(options))).code).toBe("BAD_OPTION");
});
