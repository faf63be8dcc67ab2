import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { startServer } from "@kfp-ts/server";
import { transform } from "esbuild";
import { kubeflowInABox } from "../kubeflow-in-a-box.ts";
import { root } from "../repository.ts";
import { asProgram, type CodeBlock, withEndpoint, withGatewayEndpoint, withKubeflowEndpoint } from "./code-blocks.ts";

/** How a block ended, and all that it printed. */
export type Ended = { readonly code: number | null; readonly output: string };

/** Runs a TypeScript block with the SDK as it is published, in a folder that holds `hello-world.yaml` and `examples`. */
export const runTypeScript = (block: CodeBlock): Promise<Ended> =>
  block.words.includes("gateway")
    ? besideGateway((url, room) => runProgram(withGatewayEndpoint(asProgram(block), url), room))
    : block.words.includes("kubeflow")
      ? besideKubeflow((url, room, env) => runProgram(withKubeflowEndpoint(asProgram(block), url), room, env))
      : besideServer(block, (url, room) => runProgram(withEndpoint(asProgram(block), url), room));

async function runProgram(program: string, room: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { code } = await transform(program, { loader: "ts", format: "esm" });
  mkdirSync(join(room, "node_modules/@kfp-ts"), { recursive: true });
  symlinkSync(join(root, "packages/sdk"), join(room, "node_modules/@kfp-ts/sdk"), "dir");
  writeFileSync(join(room, "block.mjs"), code);
  return run(process.execPath, ["block.mjs"], room, env);
}

/** Runs a shell block with `kfp-ts` in reach, in a folder that holds `hello-world.yaml` and `examples`. */
export const runShell = (block: CodeBlock): Promise<Ended> =>
  besideServer(block, (url, room) => {
    const script = withEndpoint(block.code, url).replaceAll(/npx (?:-p @kfp-ts\/cli )?kfp-ts/g, "kfp-ts");
    return run("bash", ["-euo", "pipefail", "-c", script], room, { KFP_ENDPOINT: url });
  });

/** Runs a Python block with the given Python, in a folder that holds `hello-world.yaml` and `examples`. */
export const runPython = (block: CodeBlock, python: string): Promise<Ended> =>
  besideServer(block, (url, room) => run(python, ["-c", withEndpoint(block.code, url)], room));

/** Every block has a server and a folder of its own, so that none depends on what another left behind. */
async function besideServer({ words }: CodeBlock, work: (url: string, room: string) => Promise<Ended>): Promise<Ended> {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-docs-"));
  const runs = words.includes("executes") ? { hostCommands: true, env: { PATH: process.env.PATH } } : undefined;
  const server = await startServer({ version: "docs", port: 0, database: { kind: "memory" }, runs });
  try {
    cpSync(join(root, "examples/hello-world.yaml"), join(room, "hello-world.yaml"));
    cpSync(join(root, "examples"), join(room, "examples"), { recursive: true });
    return await work(server.url, room);
  } finally {
    await server.close();
    rmSync(room, { recursive: true, force: true });
  }
}

/** A Kubeflow in a box instead, and the environment of a pod of its first profile. */
async function besideKubeflow(
  work: (url: string, room: string, env: NodeJS.ProcessEnv) => Promise<Ended>,
): Promise<Ended> {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-docs-"));
  const box = await kubeflowInABox();
  try {
    const env = { KF_PIPELINES_SA_TOKEN_PATH: box.kubeflow.tokenFile("kubeflow-user-example-com") };
    return await work(box.server.url, room, env);
  } finally {
    await box.close();
    rmSync(room, { recursive: true, force: true });
  }
}

/** A Kubeflow in a box with its gateway, as the command starts it. */
async function besideGateway(work: (url: string, room: string) => Promise<Ended>): Promise<Ended> {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-docs-"));
  const options = ["--kubeflow", "--data", join(room, "data"), "--port", "0", "--gateway-port", "0"];
  const serve = spawn(join(root, "node_modules/.bin/kfp-ts"), ["serve", ...options], {
    env: { ...process.env, HOME: room },
  });
  const ended = new Promise((resolve) => serve.once("close", resolve));
  try {
    return await work(await gatewayOf(serve), room);
  } finally {
    serve.kill("SIGTERM");
    await ended;
    rmSync(room, { recursive: true, force: true });
  }
}

function gatewayOf(serve: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (text: string): void => {
      said += text;
      const [url] = /http:\/\/\S+:\d+\/pipeline(?=\s)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    };
    for (const stream of [serve.stdout, serve.stderr]) stream.setEncoding("utf8").on("data", hear);
    serve.once("close", () => reject(new Error(`the server ended: ${said}`)));
  });
}

function run(program: string, args: readonly string[], room: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const PATH = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
    const child = spawn(program, args, {
      cwd: room,
      env: { ...process.env, HOME: room, PATH, ...env },
      timeout: 30_000,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
