import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { RunningServer, ServerOptions } from "../../src/index.ts";
import { startTestServer } from "../test-server.ts";
import type { Disk } from "./scripted-runner.ts";

const servers: RunningServer[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close({ graceMs: 100 });
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder for the data of a test. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-launcher-"));
  folders.push(folder);
  return folder;
}

/** Starts a server that executes runs with what the disk scripts, and looks often what others ask of its runs. */
export async function serverOn(
  disk: Disk,
  options: Partial<ServerOptions> & { readonly data?: string; readonly folder?: string } = {},
): Promise<RunningServer> {
  const { data, folder, ...rest } = options;
  const server = await startTestServer({
    ...(data !== undefined && { database: { kind: "sqlite", path: join(data, "kfp-ts.db") } }),
    runs: { folder, env: {}, lookEveryMs: 20, createRunner: async (given) => disk.runner(given) },
    ...rest,
  });
  servers.push(server);
  return server;
}

/** Asks a server for JSON. */
export async function ask(
  server: RunningServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${server.url}/apis/v2beta1/${path}`, { method, ...sent });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
