import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The command as it is published, interrupted while it waits for something that never comes.
const root = fileURLToPath(new URL("../../../", import.meta.url));
const bundle = join(root, "packages/cli/dist/kfp-ts.js");
const folder = mkdtempSync(join(tmpdir(), "kfp-ts-interrupt-"));
const open = new Set<Socket>();
const writers: ChildProcess[] = [];
/** Accepts, and says nothing. */
const silent = createServer((socket) => {
  open.add(socket);
  socket
    .on("close", () => open.delete(socket))
    .on("error", () => undefined)
    .resume();
});
let port = 0;

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "pipe" });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  port = (silent.address() as AddressInfo).port;
  mkdirSync(join(folder, ".config/kfp-ts"), { recursive: true });
  const credentials = "{kind: bearer-token, token: {command: [sleep, '60']}}";
  const context = `  asks: {endpoint: 'http://127.0.0.1:${port}', credentials: ${credentials}}`;
  writeFileSync(join(folder, ".config/kfp-ts/config.yaml"), `contexts:\n${context}\n`, { mode: 0o600 });
}, 120_000);
afterAll(() => {
  for (const writer of writers) writer.kill();
  for (const socket of open) socket.destroy();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

function kubeconfig(user: object): string {
  const path = join(folder, `${crypto.randomUUID()}.yaml`);
  const cluster = { name: "c", cluster: { server: `http://127.0.0.1:${port}` } };
  const context = { name: "a", context: { cluster: "c", user: "u" } };
  const all = { clusters: [cluster], users: [{ name: "u", user }], contexts: [context], "current-context": "a" };
  writeFileSync(path, JSON.stringify(all));
  return path;
}

const env = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH ?? "",
  HOME: folder,
  XDG_RUNTIME_DIR: folder,
  ...more,
});

const none = (): Record<string, string> => ({});

/** What the command is waiting for when it is interrupted. */
const stages: ReadonlyArray<readonly [string, argv: () => readonly string[], more: () => Record<string, string>]> = [
  ["an answer", () => ["health", "--endpoint", `http://127.0.0.1:${port}`], none],
  ["TLS", () => ["health", "--endpoint", `https://127.0.0.1:${port}`], none],
  [
    "the login",
    () => ["login", "--endpoint", `http://127.0.0.1:${port}/pipeline`, "--username", "u", "--password-stdin"],
    none,
  ],
  ["a program that prints the token", () => ["health", "--context", "asks"], none],
  ["the probes of doctor", () => ["doctor", "--endpoint", `https://127.0.0.1:${port}`], none],
  ["the cluster of a tunnel", () => ["port-forward"], () => ({ KUBECONFIG: kubeconfig({ token: "t" }) })],
  ["the cluster of a kubeconfig", () => ["health", "--tunnel"], () => ({ KUBECONFIG: kubeconfig({ token: "t" }) })],
  ["a kubeconfig that is a pipe", () => ["port-forward"], () => ({ KUBECONFIG: pipe() })],
];

function pipe(): string {
  const path = join(folder, `${crypto.randomUUID()}.pipe`);
  execFileSync("mkfifo", [path]);
  // Open for writing, and nothing is written: for as long as the tests run.
  const writer = spawn("sh", ["-c", `exec sleep 30 1<>"${path}"`], { stdio: ["ignore", "ignore", "ignore"] });
  writers.push(writer);
  return path;
}

async function interrupted(argv: readonly string[], more: Record<string, string>, signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [bundle, ...argv], { env: env(more), stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end("password\n");
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "exit");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(child.exitCode, `it waits: ${stderr}`).toBeNull();
  const began = performance.now();
  child.kill(signal);
  const [code, by] = (await ended) as [number | null, NodeJS.Signals | null];
  return { status: code ?? by, stderr, durationMs: performance.now() - began };
}

describe("Ctrl-C is answered at once while the command waits for", () => {
  test.each(stages)("%s", async (_name, argv, more) => {
    const { status, stderr, durationMs } = await interrupted(argv(), more(), "SIGINT");
    // Ended by the signal itself, or with the code that a shell makes of it.
    expect([130, "SIGINT"], stderr).toContain(status);
    expect(durationMs).toBeLessThan(2_500);
    expect(stderr).not.toMatch(/^ {4}at |Error:/m);
    await expect.poll(() => open.size, { message: "no connection is left" }).toBe(0);
  });
});

test("SIGTERM is answered as soon, with 143", async () => {
  const { status } = await interrupted(["health", "--endpoint", `http://127.0.0.1:${port}`], {}, "SIGTERM");
  expect([143, "SIGTERM"]).toContain(status);
});

test("an exec plugin that hangs does not outlive the command", async () => {
  const pidFile = join(folder, "plugin.pid");
  const plugin = { apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never", command: "sh" };
  const args = ["-c", `echo $$ >"${pidFile}"; exec sleep 60`];
  const { status } = await interrupted(
    ["port-forward"],
    { KUBECONFIG: kubeconfig({ exec: { ...plugin, args } }) },
    "SIGINT",
  );
  expect([130, "SIGINT"]).toContain(status);
  expect(existsSync(pidFile)).toBe(true);
  const pid = Number(readFileSync(pidFile, "utf8"));
  await expect.poll(() => isAlive(pid)).toBe(false);
});

/** One that has ended and that nobody has taken note of is not alive, as Linux says in its files. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc/self") || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

// util-linux has it: what makes a terminal of its own.
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;

describe.skipIf(!hasScript)("on a terminal", () => {
  test.each([
    ["health", () => ["health", "--endpoint", `http://127.0.0.1:${port}`]],
    ["doctor", () => ["doctor", "--endpoint", `http://127.0.0.1:${port}`]],
  ])("the keys Ctrl-C end kfp-ts %s at once, and leave the cursor where people see it", async (_name, argv) => {
    const command = [process.execPath, bundle, ...argv()].join(" ");
    const child = spawn("script", ["-qefc", command, "/dev/null"], {
      env: env({ TERM: "xterm" }),
      stdio: ["pipe", "pipe", "ignore"],
    });
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
    });
    const ended = once(child, "exit");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const began = performance.now();
    child.stdin.write("\x03");
    expect((await ended)[0], shown).toBe(130);
    expect(performance.now() - began).toBeLessThan(2_500);
    const hidden = shown.lastIndexOf("\x1b[?25l");
    expect(hidden === -1 || shown.lastIndexOf("\x1b[?25h") > hidden).toBe(true);
    await expect.poll(() => open.size).toBe(0);
  });
});
