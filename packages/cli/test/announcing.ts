import { type Log, startServer } from "@kfp-ts/server";
import { announced } from "../src/serve/announce.ts";

const nothing = (): void => undefined;
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A server of this process, announced as `kfp-ts serve` announces it. */
export async function announcing(
  env: Readonly<Record<string, string>>,
  { gateway }: { readonly gateway?: string } = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await startServer({ version: "test", database: { kind: "memory" }, port: 0 });
  const startedAt = new Date();
  const facts = { endpoint: server.url, version: "test", startedAt, multiUser: false, gateway };
  const withdraw = await announced(env, facts, silentLog);
  return {
    url: server.url,
    async close() {
      await withdraw();
      await server.close();
    },
  };
}
