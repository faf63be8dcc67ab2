import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/run.ts";

const schemathesis = process.env.KFP_TS_SCHEMATHESIS ?? "schemathesis";
const examples = process.env.KFP_TS_FUZZ_EXAMPLES ?? "60";
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-fuzz-"));
  server = await startServer({ version: "test", port: 0, database: { kind: "memory" } });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("whatever is sent to the API", () => {
  it("gets an answer that the API document describes, and never a 5xx for a client's mistake", {
    timeout: 900_000,
  }, async () => {
    const ended = await run(
      schemathesis,
      [
        "--config-file",
        fileURLToPath(new URL("schemathesis.toml", import.meta.url)),
        "run",
        `${server.url}/apis/v2beta1/openapi.json`,
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--max-examples",
        examples,
        "--seed",
        "20261122",
        "--workers",
        "2",
        "--no-color",
      ],
      { cwd: folder, env: { ...process.env, HOME: folder } },
    );
    expect(`${ended.stdout}\n${ended.stderr}`).not.toMatch(/FAILURES|Traceback/);
    expect(ended.code).toBe(0);
    expect((await fetch(`${server.url}/apis/v2beta1/healthz`)).status).toBe(200);
  });
});
