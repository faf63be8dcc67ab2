import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

const inside = (port: number, command: string, ...args: string[]) => insideWith({}, port, command, ...args);

const insideWith = (env: NodeJS.ProcessEnv, port: number, command: string, ...args: string[]) =>
  run("unshare", ["-rnm", withServer, String(port), hosts, command, ...args], {
    env: { ...process.env, HOME: folder, KF_PIPELINES_ENDPOINT: undefined, ...env },
  });

// Resolves @kfp-ts/sdk from where an example is run, as it would after `npm install @kfp-ts/sdk`.
const loader = `data:text/javascript,${encodeURIComponent(
  `import { register } from "node:module";
   register("data:text/javascript," + encodeURIComponent('export const resolve = (name, context, next) => name === "@kfp-ts/sdk" ? { url: ${JSON.stringify(sdk)}, shortCircuit: true } : next(name, context);'));`,
)}`;

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
    const ended = await inside(3000, process.execPath, "--import", loader, example("standalone-outside.mjs"));
    expect(ended.stderr).not.toMatch(/Error/);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^[0-9a-f-]{36} Default \d{4}-\d\d-\d\dT.*Z\n1\n$/);
  });
});

// The page lies beside the checkout, as above.
describe.skipIf(!hasPage)("the page's snippet for a pod of a full Kubeflow runs as it stands", () => {
  const namespace = "kubeflow-user-example-com";
  const environment = () => {
    const data = join(folder, "kubeflow-data");
    return {
      KFP_TS_KUBEFLOW: data,
      KF_PIPELINES_SA_TOKEN_PATH: join(data, `kubeflow/tokens/${namespace}/default-editor/token`),
      KFP_NAMESPACE: namespace,
    };
  };

  it("in Python", async () => {
    // What `kfp` keeps for a user who has named a namespace once; the snippet names none.
    mkdirSync(join(folder, ".config/kfp"), { recursive: true });
    writeFileSync(join(folder, ".config/kfp/context.json"), JSON.stringify({ namespace }));
    const file = join(folder, "snippet.py");
    // The snippet has `kfp.auth`, which kfp 2.17 has under another name.
    const alias = "import kfp, kfp.client.set_volume_credentials\nkfp.auth = kfp.client.set_volume_credentials\n";
    writeFileSync(file, alias + pythonSnippets("Full Kubeflow <sub>(from inside")[0]);
    const ended = await insideWith(environment(), 80, python, file);
    expect(ended.stderr).not.toMatch(/Traceback/);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/'experiments'/);
  });

  it("with the example that fixes the names, unchanged", async () => {
    const ended = await insideWith(environment(), 80, process.execPath, "--import", loader, example("full-inside.mjs"));
    expect(ended.stderr).not.toMatch(/Error/);
    expect(ended.code).toBe(0);
  });
});

// The page lies beside the checkout, as above.
describe.skipIf(!hasPage)("the page's login from outside, at its own address with its own user", () => {
  const environment = (gateway: "oauth2-proxy" | "authservice") => ({
    KFP_TS_KUBEFLOW: mkdtempSync(join(folder, "gateway-")),
    KFP_TS_GATEWAY: gateway,
    KFP_TS_PROFILE: "my-profile-namespace",
  });
  /** The class and its use as they stand, and then what the snippet throws away. */
  const snippet = () => {
    const [definition, use] = pythonSnippets("Full Kubeflow <sub>(from outside");
    return `${definition}\n${use}\nprint(kfp_client.list_experiments(namespace="my-profile-namespace").total_size)\n`;
  };

  it("logs in with Python through a gateway of Kubeflow up to 1.8", async () => {
    const file = join(folder, "outside.py");
    writeFileSync(file, snippet());
    const ended = await insideWith(environment("authservice"), 8080, python, file);
    expect(ended.stderr).not.toMatch(/Traceback/);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/(None|0)\n$/);
  });

  it("fails with Python through one of Kubeflow from 1.9 on as it does there: at the sign-in page", async () => {
    const file = join(folder, "outside.py");
    writeFileSync(file, snippet());
    const ended = await insideWith(environment("oauth2-proxy"), 8080, python, file);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain("HTTP status code '403' for GET against: http://localhost:8080/pipeline");
  });

  it.each(["oauth2-proxy", "authservice"] as const)("%s: lets our example in, unchanged", async (gateway) => {
    const page = example("full-outside.mjs");
    const ended = await insideWith(environment(gateway), 8080, process.execPath, "--import", loader, page);
    expect(ended.stderr).not.toMatch(/Error/);
    expect(ended.code).toBe(0);
  });
});
