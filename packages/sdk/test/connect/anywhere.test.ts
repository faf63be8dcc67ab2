import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { experimentOf, json, localServer, refusal } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

const example = fileURLToPath(new URL("../../../../../shared/examples/anywhere.mjs", import.meta.url));
const entry = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
const execute = promisify(execFile);
let room: string;

interface Ended {
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

// Skipped where the program does not lie beside the repository (../shared/examples): there is nothing to run.
describe.skipIf(!existsSync(example))("the program that runs anywhere, as it is", () => {
  beforeAll(async () => {
    room = mkdtempSync(join(tmpdir(), "kfp-ts-anywhere-"));
    const sdk = join(room, "node_modules/@kfp-ts/sdk");
    mkdirSync(sdk, { recursive: true });
    const manifest = { name: "@kfp-ts/sdk", type: "module", exports: "./index.js" };
    writeFileSync(join(sdk, "package.json"), JSON.stringify(manifest));
    const outfile = join(sdk, "index.js");
    // A library in it is written in the older kind of module.
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    };
    await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", banner });
    copyFileSync(example, join(room, "anywhere.mjs"));
  }, 60_000);
  afterAll(() => rmSync(room, { recursive: true, force: true }));

  /** Runs it in a home of its own, so that nothing of this machine is found. */
  async function run(env: Record<string, string> = {}, files: Record<string, string> = {}): Promise<Ended> {
    const home = mkdtempSync(join(room, "home-"));
    for (const [path, text] of Object.entries(files)) {
      const file = join(home, path);
      mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(file, text, { mode: 0o600 });
    }
    const all = { PATH: process.env.PATH, HOME: home, ...env };
    return execute(process.execPath, ["anywhere.mjs"], { cwd: room, env: all }).catch(
      (error: unknown) => error as Ended,
    );
  }

  const announcement = (endpoint: string, processId: number) =>
    JSON.stringify({ endpoint, processId, version: "1.0.0", startedAt: "2026-01-31T12:00:00.000Z", multiUser: false });
  const servers = ".local/state/kfp-ts/servers";
  const server = (multiUser: boolean) =>
    localServer((request, response) => {
      if (request.url.includes("/healthz")) return json(response, 200, { multi_user: multiUser });
      if (multiUser && request.headers.authorization === undefined) {
        return json(response, 401, refusal(16, "there is no user identity header"));
      }
      return json(response, 200, { experiments: [experimentOf("1"), experimentOf("2")], total_size: 2 });
    });

  test("goes to the server that the environment says", async () => {
    const { origin } = await server(false);
    const { stdout } = await run({ KF_PIPELINES_ENDPOINT: origin });
    expect(stdout).toBe(`environment ${origin} no identity -\nexperiment 1\nexperiment 2\n`);
  });

  test("goes to the server that runs on this machine", async () => {
    const { origin } = await server(false);
    const { stdout } = await run({}, { [`${servers}/${process.pid}.json`]: announcement(origin, process.pid) });
    expect(stdout).toBe(`announced ${origin} no identity -\nexperiment 1\nexperiment 2\n`);
  });

  test("goes to the current context, as whom and where that says", async () => {
    const { origin } = await server(true);
    const config = `current: work
contexts:
  work:
    endpoint: ${origin}
    namespace: team-a
    credentials:
      kind: bearer-token
      token: { env: MY_TOKEN }
`;
    const { stdout, stderr } = await run({ MY_TOKEN: serviceAccountToken() }, { ".config/kfp-ts/config.yaml": config });
    expect(stderr).toBe("");
    expect(stdout).toBe(
      `context ${origin} system:serviceaccount:team-a:default-editor team-a\nexperiment 1\nexperiment 2\n`,
    );
  });

  test("says what was looked at where there is nothing, and how to start a server", async () => {
    // An announcement whose process is gone is none.
    const { code, stderr } = await run({}, { [`${servers}/9.json`]: announcement("http://127.0.0.1:1", 2 ** 22 + 1) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^NO_ENDPOINT No Kubeflow Pipelines was found\. Looked at were:\n {2}passed:/);
    expect(stderr).toContain("announced: No server was announced on this machine.");
    expect(stderr).toContain("npx @kfp-ts/cli serve");
  });

  test("a broken file of contexts is an error that names it, and nothing else is tried", async () => {
    const { origin } = await server(false);
    const { code, stderr } = await run(
      { KF_PIPELINES_ENDPOINT: origin },
      { ".config/kfp-ts/config.yaml": "contexts: [" },
    );
    expect(code).toBe(1);
    expect(stderr).toContain("CONTEXT_UNUSABLE");
    expect(stderr).toContain("config.yaml");
  });

  test.each([
    ["broken", "clusters: ["],
    ["empty", ""],
    ["huge", `# ${"x".repeat(5_000_000)}\n`],
    ["of something else", '{"kind":"Deployment"}'],
  ])("a kubeconfig that is %s is told in the trail", async (_how, text) => {
    const { code, stderr } = await run({}, { ".kube/config": text });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^NO_ENDPOINT /);
    expect(stderr).toMatch(/kubeconfig: .*\.kube\/config/);
  });
});
