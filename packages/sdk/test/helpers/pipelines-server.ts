import { startServer } from "@kfp-ts/server";
import { afterAll, beforeAll } from "vitest";
import { Client } from "../../src/index.ts";

/** Our own API server, in this process, for the tests of one file. */
export function usePipelinesServer(): { readonly client: Client; readonly url: string } {
  let url = "";
  let close: () => Promise<void> = async () => undefined;
  let client: Client | undefined;
  beforeAll(async () => {
    const server = await startServer({ version: "0.0.0-test", database: { kind: "memory" }, port: 0 });
    url = server.url;
    client = new Client({ host: url });
    close = () => server.close({ graceMs: 0 });
  });
  afterAll(async () => {
    await client?.close();
    await close();
  });
  return {
    get client() {
      if (client === undefined) throw new Error("the server is not up yet");
      return client;
    },
    get url() {
      return url;
    },
  };
}
