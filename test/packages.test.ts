import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageJson, root } from "./repository.ts";

const execute = promisify(execFile);
const quietly = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];

let room: string;
/** An empty project with the tarballs installed by plain npm, as any user would. */
let project: string;

/** Packs a package as it would be published, and gives the path of the tarball. */
async function pack(folder: string): Promise<string> {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", room];
  const { stdout } = await execute("npm", args, { cwd: join(root, folder) });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(room, filename);
}

const contents = async (tarball: string): Promise<string[]> =>
  (await execute("tar", ["-tzf", tarball])).stdout.trim().split("\n").sort();

const node = (code: string) => execute(process.execPath, ["--input-type=module", "-e", code], { cwd: project });

let sdk: string;
let cli: string;
beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-packages-"));
  project = join(room, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  await execute(process.execPath, [join(root, "scripts/build.mjs"), "--types"]);
  [sdk, cli] = await Promise.all([pack("packages/sdk"), pack("packages/cli")]);
  await execute("npm", ["install", ...quietly, sdk, cli], { cwd: project });
}, 180_000);
afterAll(() => rmSync(room, { recursive: true, force: true }));

describe("the packages", () => {
  test("hold their bundles, their licence and what they owe to others, and nothing else", async () => {
    const always = [
      "package/LICENSE",
      "package/README.md",
      "package/dist/THIRD-PARTY-NOTICES.txt",
      "package/package.json",
    ];
    const libraries = ["js-yaml", "openid-client", "parse5", "pipeline-spec", "tough-cookie"].map(
      (name) => `package/dist/${name}.js`,
    );
    expect(await contents(sdk)).toEqual(
      [
        ...always,
        "package/dist/browser.js",
        "package/dist/index.d.ts",
        "package/dist/index.js",
        "package/dist/kubernetes.js",
        ...libraries,
      ].sort(),
    );
    const bundles = ["kfp-ts", "kubeflow", "kubernetes", "runner", "server"].map((name) => `package/dist/${name}.js`);
    const pages = "package/dist/errors.json";
    expect(await contents(cli)).toEqual([...always, ...bundles, ...libraries, pages].sort());
  });

  test("bring the SDK without any dependency, and the command with SQLite alone", () => {
    expect(packageJson("packages/sdk").dependencies ?? {}).toEqual({});
    expect(Object.keys(packageJson("packages/cli").dependencies ?? {})).toEqual(["@photostructure/sqlite"]);
    expect(readdirSync(join(project, "node_modules/@kfp-ts")).sort()).toEqual(["cli", "sdk"]);
  });
});

describe("the SDK in an empty project", () => {
  test("is imported by its name", async () => {
    const { stdout } = await node(`
      import { Client } from "@kfp-ts/sdk";
      console.log(new Client({ host: "http://localhost:3000" }).host);
    `);
    expect(stdout.trim()).toBe("http://localhost:3000");
  });

  test("shows an error that nobody caught as its fact and its remedy, not among pages of code", async () => {
    const failed = await node(`
      import { Client } from "@kfp-ts/sdk";
      await new Client({ host: "http://127.0.0.1:1" }).healthz.get();
    `).catch((error: { stderr: string }) => error.stderr);
    expect(failed).toContain("nothing listens there");
    expect(failed).toContain("fix: ");
    expect(String(failed).length).toBeLessThan(6_000);
  });

  test("says of a file that is no pipeline what is wrong with it, though what reads it is a file of its own", async () => {
    const { stdout } = await node(`
      import { isKfpError, readPackage } from "@kfp-ts/sdk";
      await readPackage({ text: "no: pipeline" }).catch((error) => console.log(isKfpError(error) && error.code));
    `);
    expect(stdout.trim()).toBe("BAD_PACKAGE");
  });

  test.each([
    { resolution: "nodenext", module: "nodenext", skipLibCheck: false },
    { resolution: "bundler", module: "esnext", skipLibCheck: true },
  ])("has types that need nothing else, resolved as $resolution", async ({ resolution, module, skipLibCheck }) => {
    const code = `
      import { Client } from "@kfp-ts/sdk";
      const client = new Client({ host: "http://localhost:3000" });
      const page = await client.experiments.list();
      const names: readonly (string | undefined)[] = page.items.map((experiment) => experiment.displayName);
      console.log(names);
    `;
    writeFileSync(join(project, "program.ts"), code);
    const options = {
      strict: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2023", "dom"],
      types: [],
      skipLibCheck,
    };
    const compilerOptions = { ...options, module, moduleResolution: resolution };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = await execute(process.execPath, [tsc, "-p", project]).catch((error) => error);
    expect(stdout).toBe("");
  });

  test("has an entry for browsers that asks for nothing of Node", async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export { Client } from "@kfp-ts/sdk";`, resolveDir: project },
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    expect(outputFiles[0]?.text).toContain("Client");
    expect(outputFiles[0]?.text).not.toMatch(/["']node:/);
  });
});

describe("the command in an empty project", () => {
  const running = new Set<ChildProcess>();
  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
  });

  /** Starts the installed server and gives its address as soon as it is ready. */
  async function serve(): Promise<{ url: string; child: ChildProcess }> {
    const args = [join(project, "node_modules/.bin/kfp-ts"), "serve", "--port", "0", "--data", join(room, "data")];
    const env = { ...process.env, HOME: room, XDG_RUNTIME_DIR: room, XDG_STATE_HOME: room };
    const child = spawn(process.execPath, args, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let said = "";
    const url = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          said += text;
          const found = /http:\/\/[\w.]+:\d+/.exec(said);
          if (found) resolve(found[0]);
        });
      }
      child.on("close", (code) => reject(new Error(`serve ended with ${code}:\n${said}`)));
    });
    return { url, child };
  }

  test("says its version", async () => {
    const { stdout } = await execute("npx", ["kfp-ts", "--version"], { cwd: project });
    expect(stdout).toContain(packageJson("packages/cli").version);
  });

  test("serves, and the SDK beside it talks to it", async () => {
    const { url, child } = await serve();
    const { stdout } = await node(`
      import { Client } from "@kfp-ts/sdk";
      const client = new Client({ host: "${url}" });
      await client.experiments.create({ displayName: "packed" });
      for await (const experiment of client.experiments.list()) console.log(experiment.displayName);
      await client.close();
    `);
    expect(stdout.trim().split("\n").sort()).toEqual(["Default", "packed"]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });
});
