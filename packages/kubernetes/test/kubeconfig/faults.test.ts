import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { KubernetesConfigError, kubernetesFromKubeconfig } from "../../src/index.ts";
import { rejection } from "../api-server.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function failure(kubeconfig: string): Promise<KubernetesConfigError> {
  const error = await rejection<KubernetesConfigError>(kubernetesFromKubeconfig({ kubeconfig, env: {} }));
  expect(error).toBeInstanceOf(KubernetesConfigError);
  expect(error.message).toContain(kubeconfig);
  return error;
}

const server = "clusters:\n- {name: c, cluster: {server: 'http://127.0.0.1:1'}}\n";
const healthy = `${server}contexts:\n- {name: a, context: {cluster: c}}\ncurrent-context: a\n`;

describe("a kubeconfig that cannot be used is told apart in time", () => {
  test("an empty one has no context", async () => {
    expect((await failure(write("empty", ""))).code).toBe("NO_CONTEXT");
  });

  test("one of 100 MB is not read", async () => {
    const path = write("huge", healthy);
    truncateSync(path, 100 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const error = await failure(path);
    expect(error.code).toBe("UNREADABLE");
    expect(error.message).toContain("larger than 8 MiB");
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  });

  test("one that is no text is malformed, and none of it is quoted", async () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 197) % 256));
    const error = await failure(write("binary", bytes));
    expect(error.code).toBe("MALFORMED");
    expect(error.message).not.toMatch(/[^\x20-\x7e]/);
  });

  test("a folder, a link to itself, and a file below a file are unreadable", async () => {
    const loop = join(folder, "loop");
    symlinkSync(loop, loop);
    mkdirSync(join(folder, "directory"));
    expect((await failure(join(folder, "directory"))).message).toContain("is a folder");
    expect((await failure(loop)).message).toContain("a link that leads back to itself");
    expect((await failure(join(write("file", healthy), "below"))).code).toBe("UNREADABLE");
  });

  test("a device without end is not read to its end", async () => {
    expect((await failure("/dev/zero")).message).toContain("larger than 8 MiB");
  });

  test("a pipe that nobody writes to is empty", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    expect((await failure(path)).code).toBe("NO_CONTEXT");
  });

  test("a pipe whose writer is silent is given up", async () => {
    const path = join(folder, "silent");
    execFileSync("mkfifo", [path]);
    const writer = spawn("sh", ["-c", `exec 3<>"${path}"; echo open; exec sleep 60`], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void writer.kill());
    await new Promise((resolve) => writer.stdout.once("data", resolve));
    expect((await failure(path)).message).toContain("a pipe that nobody writes to");
  });

  test("a context without a cluster, with one that is not there, and two of the same name", async () => {
    const of = (contexts: string) => write("contexts", `${server}contexts:\n${contexts}\ncurrent-context: a\n`);
    expect((await failure(of("- {name: a}"))).message).toContain("names no cluster");
    expect((await failure(of("- {name: a, context: {cluster: x}}"))).message).toContain('"x"');
    expect((await failure(of("- {name: a}\n- {name: a}"))).message).toContain('two entries "a" in contexts');
  });
});

test("a pipe that somebody writes to is read: --kubeconfig <(…)", async () => {
  const path = join(folder, "written");
  execFileSync("mkfifo", [path]);
  const writer = spawn("sh", ["-c", `exec 3<>"${path}"; echo open; sleep 0.3; cat >&3; exec 3>&-`], { stdio: "pipe" });
  await new Promise((resolve) => writer.stdout.once("data", resolve));
  writer.stdin.end(healthy);
  const { access } = await kubernetesFromKubeconfig({ kubeconfig: path, env: {} });
  expect(access.context).toBe("a");
});

describe("aliases of YAML", () => {
  /** Each line says the one before it nine times: a billion times the first after nine lines. */
  const bomb = ["b0: &b0 laugh"];
  for (let level = 1; level <= 30; level++) {
    bomb.push(
      `b${level}: &b${level} [${Array(9)
        .fill(`*b${level - 1}`)
        .join(", ")}]`,
    );
  }

  test("that make a billion of one are nobody's business in fields that nobody reads", async () => {
    const path = write("laughs", `${bomb.join("\n")}\n${healthy}`);
    expect((await kubernetesFromKubeconfig({ kubeconfig: path, env: {} })).access.context).toBe("a");
  });

  test("that make a billion of one are malformed where a list of texts is asked for", async () => {
    const user = "users:\n- {name: u, user: {exec: {command: x, args: *b30}}}\n";
    const error = await failure(write("listed", `${bomb.join("\n")}\n${healthy}${user}`));
    expect(error.code).toBe("MALFORMED");
  });

  test.each([
    ["make a billion of one", "*b30"],
    ["have no end", "&x [*x]"],
  ])("that %s are told to no exec plugin", async (_name, value) => {
    const extension = `extensions: [{name: client.authentication.k8s.io/exec, extension: ${value}}]`;
    const exec =
      "{apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Never, provideClusterInfo: true}";
    const path = write(
      "told",
      `${bomb.join("\n")}\nclusters:\n- {name: c, cluster: {server: 'http://127.0.0.1:1', ${extension}}}\n` +
        `users:\n- {name: u, user: {exec: ${exec}}}\ncontexts:\n- {name: a, context: {cluster: c, user: u}}\ncurrent-context: a\n`,
    );
    expect((await failure(path)).message).toContain("larger than a program can be told");
  });

  test("that stand for long lists many times cost no more than the lists", async () => {
    const args = `args: &args [${Array(50_000).fill("x").join(",")}]`;
    const users = Array.from({ length: 3_000 }, (_, index) => `- {name: u${index}, user: {exec: {args: *args}}}`);
    const path = write("long", `${args}\n${healthy}users:\n${users.join("\n")}\n`);
    expect((await kubernetesFromKubeconfig({ kubeconfig: path, env: {} })).access.context).toBe("a");
  });
});
