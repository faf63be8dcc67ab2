import { connect, createServer, type Server, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { openStore } from "../../../src/store/open.ts";
import { adapters, onServer, type Place, postgresUrl } from "../adapters.ts";
import { experiment } from "../records.ts";

// Without a PostgreSQL server, there is no connection to it that could be lost: see KFP_TS_TEST_POSTGRES_URL.
describe.skipIf(postgresUrl === undefined)("a connection to PostgreSQL", () => {
  test("that the server ends is replaced, without a restart", () =>
    withPlace(async (place) => {
      const warnings: string[] = [];
      const log = { info: () => {}, warn: (_: object, message: string) => void warnings.push(message) };
      const store = await openStore({ database: place.database, log });
      await store.experiments.insert(experiment());
      const name = new URL(urlOf(place)).pathname.slice(1);
      await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
      await expect.poll(() => store.experiments.insert(experiment()).catch(() => false)).toBe(true);
      expect((await store.counts()).experiments).toBe(2);
      expect(warnings.join()).not.toContain("geheim");
      await store.close();
    }));

  test("that is lost and cannot be made again is UNAVAILABLE, until it can", () =>
    withPlace(async (place) => {
      const target = new URL(urlOf(place));
      const line = await brokenLine(target);
      const url = new URL(target);
      url.host = `127.0.0.1:${line.port}`;
      url.password = "s3cret";
      const store = await openStore({ database: { kind: "postgres", url: url.href } });
      const stored = experiment();
      await store.experiments.insert(stored);

      await line.cut();
      const failures = await Promise.allSettled([
        store.experiments.get(stored.experimentId),
        store.experiments.insert(experiment()),
        store.ping(),
      ]);
      for (const failure of failures) {
        expect(failure).toMatchObject({ status: "rejected", reason: { name: "StatusError", code: "UNAVAILABLE" } });
        expect(JSON.stringify(failure) + String("reason" in failure ? failure.reason : "")).not.toContain("s3cret");
      }

      await line.mend();
      expect(await store.experiments.get(stored.experimentId)).toEqual(stored);
      expect((await store.counts()).experiments).toBe(1);
      await store.close();
      await line.cut();
    }));
});

async function withPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const adapter = adapters.find(({ name }) => name === "PostgreSQL");
  const place = await adapter?.make();
  if (place === undefined) throw new Error("there is no PostgreSQL server");
  try {
    await use(place);
  } finally {
    await place.remove();
  }
}

const urlOf = ({ database }: Place): string => (database.kind === "postgres" ? database.url : "");

/** A line to a server that can be cut and mended. */
async function brokenLine(target: URL) {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const mend = async (): Promise<void> => {
    server = createServer((socket) => {
      const onward = connect(Number(target.port || 5432), target.hostname);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        sockets.add(one);
        one.on("error", () => {}).on("close", () => other.destroy());
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server?.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await mend();
  return { port, cut, mend };
}
