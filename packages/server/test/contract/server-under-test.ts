import { startServer } from "../../src/server.ts";

/** A server that listens on a port of its own, with nothing in it. */
export interface ServerUnderTest {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts a server in memory, as a user would. */
export async function serverUnderTest(): Promise<ServerUnderTest> {
  const server = await startServer({ version: "0.0.0-test", database: { kind: "memory" }, port: 0 });
  return { origin: server.url, close: () => server.close({ graceMs: 0 }) };
}
