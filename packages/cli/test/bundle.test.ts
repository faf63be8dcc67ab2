import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cannedServer } from "./canned-server.ts";

// The command as it is published: one file, run as a process.
const root = fileURLToPath(new URL("../../../", import.meta.url));
const bundle = join(root, "packages/cli/dist/kfp-ts.js");
const server = cannedServer();
const folder = mkdtempSync(join(tmpdir(), "kfp-ts-bundle-"));

beforeAll(() => {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "pipe" });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({
  PATH: process.env.PATH ?? "",
  HOME: folder,
  XDG_RUNTIME_DIR: folder,
  KFP_ENDPOINT: server.url,
});

function start(argv: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bundle, ...argv], {
    env: { ...env(), ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...said }));
  const until = async (stream: "stdout" | "stderr", text: string) => {
    while (!said[stream].includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended: ${JSON.stringify(said)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return said[stream];
  };
  return { child, ended, until };
}

const experiment = (index: number) => ({
  experiment_id: `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`,
  display_name: `experiment ${index}`,
  description: "x".repeat(20_000),
  created_at: "2026-01-31T12:00:00Z",
});
const many = { experiments: Array.from({ length: 200 }, (_, index) => experiment(index)), total_size: 200 };

describe("exit codes", () => {
  test.each([
    [["--version"], 0],
    [[], 0],
    [["experiments", "list"], 0],
    [["experiments", "list", "--endpoint", "http://127.0.0.1:1"], 3],
    [["nonsense"], 2],
    [["experiments", "delete", "x"], 2],
    [["experiments", "get", "missing"], 1],
  ])("%j ends with %i", async (argv, code) => {
    server.answer(({ url }) =>
      url?.includes("missing")
        ? { status: 404, body: { code: 5, message: "none" } }
        : { body: { experiments: [experiment(1)], total_size: 1 } },
    );
    expect((await start(argv).ended).code).toBe(code);
  });
});

describe("streams", () => {
  test("a large answer arrives whole, however slowly it is read", async () => {
    server.answer(() => ({ body: many }));
    const { child, ended } = start(["experiments", "list", "--output", "json"]);
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 500);
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout).experiments).toHaveLength(200);
  });

  test("a reader that has seen enough is no error: | head", async () => {
    server.answer(() => ({ body: many }));
    const { child, ended } = start(["experiments", "list", "--output", "json"]);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("nothing but JSON is on stdout, whatever else is said", async () => {
    server.answer(() => ({ body: { experiments: [experiment(1)], total_size: 2, next_page_token: "t" } }));
    const { stdout, stderr } = await start(["experiments", "list", "-o", "json", "--verbose"]).ended;
    expect(JSON.parse(stdout)).toMatchObject({ next_page_token: "t" });
    expect(stderr).toContain("> GET");
  });
});

describe("signals", () => {
  test("Ctrl-C ends a request that is not answered, at once and with 130", async () => {
    const asked = new Promise<void>((resolve) => {
      server.answer(() => {
        resolve();
        return undefined;
      });
    });
    const { child, ended } = start(["experiments", "list"]);
    await asked;
    const began = performance.now();
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "", stderr: "" });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test("Ctrl-C ends watching with 130, and says that the run goes on", async () => {
    const run = { run_id: "r1", display_name: "demo", state: "RUNNING", created_at: "2026-01-31T12:00:00Z" };
    server.answer(({ url }) => ({ body: url?.includes("/runs/") ? run : { runs: [] } }));
    const { child, ended, until } = start(["runs", "watch", "r1"]);
    await until("stderr", "run demo: RUNNING");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining("the run goes on") });
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s stops the server gracefully with 0", async (signal) => {
    const { child, ended, until } = start(["serve", "--in-memory", "--port", "0"]);
    const url = /http:\/\/\S+/.exec(await until("stdout", "Ctrl-C stops it."))?.[0] ?? "";
    expect((await fetch(`${url}/apis/v2beta1/healthz`)).status).toBe(200);
    child.kill(signal);
    expect((await ended).code).toBe(0);
  });
});

// Only where there is a device that is always full: on Linux.
describe.skipIf(!existsSync("/dev/full"))("an output that cannot be written", () => {
  test("is told in one line, with exit code 1", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [bundle, "--help"], { env: env(), stdio: ["ignore", full, "pipe"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, "close");
    closeSync(full);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: The output cannot be written: .*ENOSPC.*\n$/);
  });
});

// Only where there is util-linux, whose `script` gives a command a terminal.
const hasTerminal = spawnSync("script", ["--version"]).stdout?.includes("util-linux") === true;

describe.skipIf(!hasTerminal)("on a terminal", () => {
  const onTerminal = async (argv: readonly string[], typed: string) => {
    const line = [process.execPath, bundle, ...argv].join(" ");
    const child = spawn("script", ["--quiet", "--return", "--flush", "--command", line, "/dev/null"], {
      env: { ...env(), TERM: "xterm", NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (shown.includes("[y/N]")) child.stdin.end(typed);
    });
    const [code] = await once(child, "close");
    return { code, shown };
  };

  test("a delete asks, and what is typed counts", async () => {
    const deleted: string[] = [];
    server.answer(({ method, url }) => {
      if (method === "DELETE") deleted.push(url ?? "");
      return { body: { experiments: [experiment(1)] } };
    });
    expect(await onTerminal(["experiments", "delete", "x"], "n\n")).toMatchObject({
      code: 1,
      shown: expect.stringContaining("Nothing was deleted."),
    });
    expect(deleted).toEqual([]);
    expect((await onTerminal(["experiments", "delete", "x"], "y\n")).code).toBe(0);
    expect(deleted).toHaveLength(1);
  });

  test("Ctrl-C while it waits takes the line away that says so, and ends with 130", async () => {
    server.answer(() => undefined);
    const line = [process.execPath, bundle, "experiments", "list"].join(" ");
    const child = spawn("script", ["--quiet", "--return", "--flush", "--command", line, "/dev/null"], {
      env: { ...env(), TERM: "xterm", NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let shown = "";
    let hasStopped = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (hasStopped || !shown.includes(`Connecting to ${server.url}…`)) return;
      hasStopped = true;
      child.stdin.write("\u0003");
    });
    const [code] = await once(child, "close");
    expect(code).toBe(130);
    expect(shown.endsWith("\r\u001b[2K")).toBe(true);
  });

  test("Ctrl-C while a password is typed unseen ends with 130, and nothing of it is shown", async () => {
    const line = [process.execPath, bundle, "passwords", "hash"].join(" ");
    const child = spawn("script", ["--quiet", "--return", "--flush", "--command", line, "/dev/null"], {
      env: { ...env(), TERM: "xterm", NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const isFirst = !shown.includes("Password");
      shown += text;
      if (isFirst && shown.includes("Password")) child.stdin.write("hunter2\r");
      if (shown.includes("Once more")) child.stdin.write("\u0003");
    });
    const [code] = await once(child, "close");
    expect(code).toBe(130);
    expect(shown).not.toContain("hunter2");
  });
});
