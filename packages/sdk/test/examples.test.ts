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

const example = fileURLToPath(new URL("../../../../shared/examples/full-inside.mjs", import.meta.url));
const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const execute = promisify(execFile);

// Skipped where the page's programs do not lie beside the repository (../shared/examples): there is nothing to run.
describe.skipIf(!existsSync(example))("the page's program for full Kubeflow from inside the cluster, as it is", () => {
  let room: string;
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
    copyFileSync(example, join(room, "program.mjs"));
  }, 60_000);
  afterAll(() => rmSync(room, { recursive: true, force: true }));

  const run = (host: string, env: Record<string, string>) =>
    execute(process.execPath, ["program.mjs"], {
      cwd: room,
      env: { PATH: process.env.PATH, KFP_HOST: host, KFP_NAMESPACE: "team-a", ...env },
    });

  test("lists the experiments of the namespace with the token of the file that the variable names", async () => {
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

  test("says which file is missing, and how to mount it", async () => {
    const server = await localServer((_request, response) => json(response, 401, refusal(16, "who?")));
    const failed = (await run(server.origin, {}).catch((error: unknown) => error)) as { stderr: string };
    expect(failed.stderr).toContain(
      "/var/run/secrets/kubeflow/pipelines/token (the path is from the default): there is no such file",
    );
    expect(failed.stderr).toContain("mountPath: /var/run/secrets/kubeflow/pipelines");
    expect(server.received).toHaveLength(0);
  });
});
