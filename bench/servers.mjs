import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./children.mjs";

/**
 * Our server with a data directory of its own, which goes with it unless `directory` is given.
 *
 * @param {{ directory?: string }} [options]
 */
export async function startKfpServer({ directory } = {}) {
  const data = directory ?? (await mkdtemp(join(tmpdir(), "kfp-ts-bench-")));
  const child = await startChild("kfp-server.mjs", [data]);
  return {
    ...child,
    url: `http://127.0.0.1:${child.port}`,
    stop: async () => {
      await child.stop();
      if (directory === undefined) await rm(data, { recursive: true });
    },
  };
}

/** The floor of the server, with a database file of its own. */
export async function startFloorServer() {
  const data = await mkdtemp(join(tmpdir(), "kfp-ts-bench-floor-"));
  const child = await startChild("floors/sqlite-server.mjs", [join(data, "floor.db")]);
  return {
    ...child,
    stop: async () => {
      await child.stop();
      await rm(data, { recursive: true });
    },
  };
}
