import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { experimentOf, json, localServer, refusal } from "./helpers/local-server.ts";
import { serviceAccountToken } from "./helpers/tokens.ts";
import { hasSession, password, scriptedGateway } from "./login/scripted-gateway.ts";

const exampleOf = (name: string) => fileURLToPath(new URL(`../../../../shared/examples/${name}.mjs`, import.meta.url));
const haveExamples = ["full-inside", "full-outside"].map(exampleOf).every((path) => existsSync(path));
const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const execute = promisify(execFile);

// Skipped where the page's programs do not lie beside the repository (../shared/examples): there is nothing to run.
let room: string;

describe.skipIf(!haveExamples)("the page's program for full Kubeflow", () => {
  beforeAll(async () => {
    room = mkdtempSync(join(tmpdir(), "kfp-ts-example-"));
    const sdk = join(room, "node_modules/@kfp-ts/sdk");
    mkdirSync(sdk, { recursive: true });
    writeFileSync(
      join(sdk, "package.json"),
      JSON.stringify({ name: "@kfp-ts/sdk", type: "module", exports: "./index.js" }),
    );
    await build({
      entryPoints: [entry],
      outfile: join(sdk, "index.js"),
      bundle: true,
      format: "esm",
      platform: "node",
    });
    for (const name of ["full-inside", "full-outside"]) copyFileSync(exampleOf(name), join(room, `${name}.mjs`));
  }, 60_000);
  afterAll(() => rmSync(room, { recursive: true, force: true }));

  const run = (host: string, env: Record<string, string>) =>
    execute(process.execPath, ["full-inside.mjs"], {
      cwd: room,
      env: { PATH: process.env.PATH, KFP_HOST: host, KFP_NAMESPACE: "team-a", ...env },
    });

  test("from inside the cluster, as it is, lists the experiments of the namespace with the token of the file that the variable names", async () => {
    const token = serviceAccountToken();
    const server = await localServer((request, response) =>
      request.headers.authorization === `Bearer ${token}` && request.url.includes("namespace=team-a")
        ? json(response, 200, { experiments: [experimentOf("1"), experimentOf("2")], total_size: 2 })
        : json(response, 401, refusal(16, "who?")),
    );
    writeFileSync(join(room, "token"), token);
    const { stdout } = await run(server.origin, { KF_PIPELINES_SA_TOKEN_PATH: join(room, "token") });
    expect(stdout).toBe("experiment 1\nexperiment 2\n");
  });

  test("from inside the cluster says which file is missing, and how to mount it", async () => {
    const server = await localServer((_request, response) => json(response, 401, refusal(16, "who?")));
    const failed = (await run(server.origin, {}).catch((error: unknown) => error)) as { stderr: string };
    expect(failed.stderr).toContain(
      "/var/run/secrets/kubeflow/pipelines/token (the path is from the default): there is no such file",
    );
    expect(failed.stderr).toContain("mountPath: /var/run/secrets/kubeflow/pipelines");
    expect(server.received).toHaveLength(0);
  });

  test("from outside the cluster, as it is, logs in and lists the experiments of the namespace", async () => {
    const gateway = await scriptedGateway({
      "/pipeline/apis/v2beta1/experiments": (request, response) =>
        hasSession(request) && request.url.includes("namespace=team-a")
          ? json(response, 200, { experiments: [experimentOf("1"), experimentOf("2")], total_size: 2 })
          : json(response, 401, {}),
    });
    const KFP_API_URL = `${gateway.origin}/pipeline`;
    const env = { PATH: process.env.PATH, KFP_API_URL, KFP_NAMESPACE: "team-a" };
    const outside = (more: Record<string, string>) =>
      execute(process.execPath, ["full-outside.mjs"], { cwd: room, env: { ...env, ...more } });
    expect((await outside({ KFP_PASSWORD: password })).stdout).toBe("experiment 1\nexperiment 2\n");
    const wrong = (await outside({}).catch((error: unknown) => error)) as { stderr: string };
    expect(wrong.stderr).toContain("the login credentials are probably invalid");
    const unknown = (await outside({ KFP_CONNECTOR: "github" }).catch((error: unknown) => error)) as { stderr: string };
    expect(unknown.stderr).toContain("it must be one of: ldap, local");
  });
});
