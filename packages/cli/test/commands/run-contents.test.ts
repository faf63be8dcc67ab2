import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Canned, cannedServer } from "../canned-server.ts";
import { outcomeOf } from "../embedded.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

const server = cannedServer();
const id = "11111111-1111-7111-8111-111111111111";
const started = "2026-01-31T12:00:00Z";
const tasks = [
  { task_id: "t1", path: "prepare", name: "prepare", kind: "container", start_time: started },
  { task_id: "t2", path: "for-loop-1", name: "for-loop-1", kind: "loop", start_time: started },
  { task_id: "t3", path: "for-loop-1/0/train", name: "train", kind: "container", start_time: started },
  { task_id: "t4", path: "for-loop-1/1/train", name: "train", kind: "container" },
];
const artifacts = [
  { task_id: "t1", task_path: "prepare", name: "data", type: "system.Dataset", uri: "/runs/data", size: "2048" },
  { task_id: "t3", task_path: "../for-loop-1/0/train", name: "../x", index: 1, type: "system.Model", folder: true },
];
const plain = { "content-type": "text/plain" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-artifacts-"));
  server.answer(answer);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function answer({ url = "" }: IncomingMessage): Canned {
  const node = /nodes\/([^/]+)\/(.*)/.exec(url);
  if (node?.[2]?.startsWith("log"))
    return { headers: plain, body: `${node[1]} wrote ${url.split("?")[1] ?? "this"}\n` };
  if (node !== null) return { headers: { "content-type": "application/octet-stream" }, body: `content of ${node[1]}` };
  if (url.includes("/tasks")) return { body: { tasks, total_size: tasks.length } };
  if (url.includes("/artifacts")) {
    const found = artifacts.filter(({ type }) => !url.includes("type=") || url.includes(`type=${type}`));
    return { body: { artifacts: found, total_size: found.length } };
  }
  return { body: { run_id: id, display_name: "demo", state: "SUCCEEDED", created_at: started } };
}

const kfp = (argv: readonly string[], options: FakeOptions = {}) =>
  outcomeOf(fakeIo({ ...options, argv: ["runs", argv[0] ?? "", id, ...argv.slice(1), "--endpoint", server.url] }));

test("runs logs prints the log of a task that is said by its path, its name or its id", async () => {
  for (const task of ["prepare", "t1"])
    expect((await kfp(["logs", task])).stdout).toMatch(/^(prepare|t1) wrote this\n$/);
  expect((await kfp(["logs", "for-loop-1/0/train", "--follow", "--attempt", "2"])).stdout).toBe(
    "for-loop-1%2F0%2Ftrain wrote follow=true&attempt=2\n",
  );
});

test("runs logs takes the name of a task in a loop as runs watch shows it", async () => {
  expect((await kfp(["logs", "for-loop-1/iteration 1/train"])).stdout).toMatch(/^for-loop-1%2F1%2Ftrain wrote/);
});

test("runs logs says which tasks there are where a name is none of them, or that of several", async () => {
  const none = await kfp(["logs", "nothing"]);
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toContain("No task of this run has the name nothing");
  expect((await kfp(["logs", "train"])).stderr).toMatch(
    /Several tasks have the name train[\s\S]*for-loop-1\/0\/train, for-loop-1\/1\/train/,
  );
});

test("runs logs without a task prints those of all tasks that have started, each below its path", async () => {
  expect((await kfp(["logs"])).stdout).toBe(
    "==> prepare <==\nt1 wrote this\n\n==> for-loop-1/0/train <==\nt3 wrote this\n",
  );
});

test("runs logs asks a server that lists no tasks for the pod that is said, and wants one to be said", async () => {
  server.answer((request) =>
    request.url?.includes("/tasks") ? { status: 404, body: { code: 5, message: "Not Found" } } : answer(request),
  );
  expect((await kfp(["logs", "demo-x7k2p-123"])).stdout).toBe("demo-x7k2p-123 wrote this\n");
  expect(await kfp(["logs"])).toMatchObject({ code: 2, stderr: expect.stringContaining("Name the task") });
});

test("a log keeps its colours on a terminal, and steers it no further; elsewhere it stays as it is", async () => {
  const text = "\u001b[31mred\u001b[0m\u001b]0;title\u0007 and \u001b[2Jcleared\n";
  server.answer((request) => (request.url?.includes("/log") ? { headers: plain, body: text } : answer(request)));
  expect((await kfp(["logs", "prepare"])).stdout).toBe(text);
  expect((await kfp(["logs", "prepare"], { terminal: true })).stdout).toBe(
    "\u001b[31mred\u001b[0m\\x1b]0;title\\x07 and \\x1b[2Jcleared\n",
  );
});

test("runs artifacts lists what tasks have made, of one type where one is said", async () => {
  const { stdout } = await kfp(["artifacts"]);
  expect(stdout).toMatch(/prepare +data +system\.Dataset +2\.0 KiB +\/runs\/data/);
  expect(stdout).toMatch(/train +\.\.\/x\[1\] +system\.Model +folder/);
  const listed = JSON.parse((await kfp(["artifacts", "--type", "system.Dataset", "-o", "json"])).stdout);
  expect(listed.artifacts).toHaveLength(1);
});

test("runs artifacts --download saves each in the folder, wherever its names would lead", async () => {
  const { code, stderr } = await kfp(["artifacts", "--download", folder]);
  expect(code).toBe(0);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual(["___x-1.tar", "data"]);
  expect(await readFile(join(folder, "prepare", "data"), "utf8")).toBe("content of t1");
  expect(await readFile(join(folder, "__", "for-loop-1", "0", "train", "___x-1.tar"), "utf8")).toBe("content of t3");
  expect(stderr).toContain("Saved ");
});

test("runs artifacts --download goes on where something has no content, such as metrics", async () => {
  server.answer((request) =>
    request.url?.includes("nodes/t1")
      ? { status: 404, headers: plain, body: '{"error_message":"artifact not found"}' }
      : answer(request),
  );
  const { code, stderr } = await kfp(["artifacts", "--download", folder]);
  expect(code).toBe(0);
  expect(await readdir(join(folder, "prepare"))).toEqual([]);
  expect(stderr).toMatch(/prepare\/data has no content to save\nSaved /);
});

test("runs artifacts says where a server has no such list", async () => {
  server.answer((request) =>
    request.url?.includes("/artifacts") ? { status: 404, body: { code: 5, message: "Not Found" } } : answer(request),
  );
  expect(await kfp(["artifacts"])).toMatchObject({ code: 1, stderr: expect.stringContaining("/artifacts") });
});
