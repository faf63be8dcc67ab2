import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { example, hasPage, pythonSnippets } from "../support/page.ts";
import { run } from "../support/run.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
const withServer = fileURLToPath(new URL("with-server.sh", import.meta.url));
const sdk = pathToFileURL(fileURLToPath(new URL("../../../packages/sdk/dist/index.js", import.meta.url))).href;
const names = "127.0.0.1 localhost ml-pipeline-ui ml-pipeline-ui.kubeflow ml-pipeline ml-pipeline.kubeflow\n";
let folder: string;
let hosts: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-page-"));
  hosts = join(folder, "hosts");
  writeFileSync(hosts, names);
});
afterAll(() => rmSync(folder, { recursive: true }));

const inside = (port: number, command: string, ...args: string[]) =>
  run("unshare", ["-rnm", withServer, String(port), hosts, command, ...args], {
    env: { ...process.env, HOME: folder, KF_PIPELINES_ENDPOINT: undefined },
  });

// The page lies beside the checkout, not in it: without it there is nothing to take the snippets from.
describe.skipIf(!hasPage)("the page's standalone snippets run as they stand", () => {
  const cases = [
    ["from inside the cluster, same namespace", "Standalone Kubeflow Pipelines <sub>(from inside", 0, 80],
    ["from inside the cluster, another namespace", "Standalone Kubeflow Pipelines <sub>(from inside", 1, 80],
    ["from outside the cluster", "Standalone Kubeflow Pipelines <sub>(from outside", 0, 3000],
  ] as const;

  it.each(cases)("in Python, %s", async (_, section, index, port) => {
    const file = join(folder, "snippet.py");
    writeFileSync(file, pythonSnippets(section)[index] as string);
    const ended = await inside(port, python, file);
    expect(ended.stderr).not.toMatch(/Traceback/);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/'display_name': 'Default'/);
  });

  it.each([
    ["http://ml-pipeline-ui:80", 80],
    ["http://ml-pipeline-ui.kubeflow", 80],
    ["http://localhost:3000", 3000],
  ])("with the SDK, at %s", async (host, port) => {
    const file = join(folder, "snippet.mjs");
    writeFileSync(
      file,
      `import { Client } from ${JSON.stringify(sdk)};
       const client = new Client({ host: ${JSON.stringify(host)} });
       for await (const experiment of client.experiments.list()) console.log(experiment.displayName);`,
    );
    const ended = await inside(port, process.execPath, file);
    expect(ended.stderr).not.toMatch(/Error/);
    expect([ended.code, ended.stdout]).toEqual([0, "Default\n"]);
  });

  it("with the example that fixes the names, unchanged", async () => {
    // Resolves @kfp-ts/sdk from where the example is run, as it would after `npm install @kfp-ts/sdk`.
    const loader = `data:text/javascript,${encodeURIComponent(
      `import { register } from "node:module";
       register("data:text/javascript," + encodeURIComponent('export const resolve = (name, context, next) => name === "@kfp-ts/sdk" ? { url: ${JSON.stringify(sdk)}, shortCircuit: true } : next(name, context);'));`,
    )}`;
    const ended = await inside(3000, process.execPath, "--import", loader, example("standalone-outside.mjs"));
    expect(ended.stderr).not.toMatch(/Error/);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^[0-9a-f-]{36} Default \d{4}-\d\d-\d\dT.*Z\n1\n$/);
  });
});
