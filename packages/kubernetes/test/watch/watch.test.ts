import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Kubernetes, KubernetesObject, WatchEvent } from "../../src/index.ts";
import { clientOf, json, type Seen, startServer, statusBody, type TestServer } from "../api-server.ts";

const path = "/apis/kubeflow.org/v1alpha1/poddefaults";
const object = (name: string, resourceVersion: number, uid = name) => ({
  apiVersion: "kubeflow.org/v1alpha1",
  kind: "PodDefault",
  metadata: { name, namespace: "team-a", uid, resourceVersion: String(resourceVersion) },
});
/** In lists, objects have neither an API version nor a kind. */
const item = (name: string, resourceVersion: number, uid = name) => ({
  metadata: object(name, resourceVersion, uid).metadata,
});
const list = (resourceVersion: number, items: object[], next?: string) => ({
  apiVersion: "kubeflow.org/v1alpha1",
  kind: "PodDefaultList",
  metadata: { resourceVersion: String(resourceVersion), continue: next },
  items,
});
const line = (type: string, of: object): string => `${JSON.stringify({ type, object: of })}\n`;
const bookmark = (resourceVersion: number) =>
  line("BOOKMARK", { metadata: { resourceVersion: String(resourceVersion) } });

type Turn = (request: Seen, response: ServerResponse) => void;

/** A stream that stays open; what is given is sent as it is. */
const stream =
  (...chunks: (string | Buffer)[]): Turn =>
  async (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    for (const chunk of chunks) {
      await new Promise((resolve) => response.write(chunk, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
const streamThenEnd =
  (...chunks: string[]): Turn =>
  (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(chunks.join(""));
  };
const streamThenCut =
  (...chunks: string[]): Turn =>
  (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write(chunks.join(""), () => setImmediate(() => response.socket?.destroy()));
  };
const answer =
  (status: number, body: object, headers = {}): Turn =>
  (_, response) =>
    json(response, status, body, headers);

interface Watched {
  readonly server: TestServer;
  readonly kubernetes: Kubernetes;
  readonly events: WatchEvent<KubernetesObject>[];
  readonly pauses: number[];
  readonly controller: AbortController;
  readonly over: Promise<void>;
  until(words: string): Promise<void>;
  words(): string[];
}

/** Watches a server that answers one turn after the other; the last one stays as it is. */
async function watch(turns: Turn[], at = path): Promise<Watched> {
  const left = [...turns];
  const server = await startServer((request, response) => {
    const turn = left.length > 1 ? left.shift() : left[0];
    turn?.(request, response);
  });
  const pauses: number[] = [];
  const kubernetes = await clientOf(
    { server: server.url },
    {},
    {
      random: () => 1,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
  );
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const events: WatchEvent<KubernetesObject>[] = [];
  const words = () =>
    events.map((event) => ("object" in event ? `${event.type} ${event.object.metadata.name}` : event.type));
  const over = (async () => {
    for await (const event of kubernetes.watch(at, { signal: controller.signal })) events.push(event);
  })();
  const until = async (wanted: string): Promise<void> => {
    while (!words().includes(wanted)) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { server, kubernetes, events, pauses, controller, over, until, words };
}

describe("a watch", () => {
  test("gives what exists, says so, and follows from there", async () => {
    const watched = await watch([
      answer(200, list(7, [item("a", 5), item("b", 6)])),
      stream(
        line("ADDED", object("c", 8)),
        line("MODIFIED", object("a", 9)),
        line("DELETED", object("b", 10)),
        line("ADDED", object("end", 11)),
      ),
    ]);
    await watched.until("added end");
    expect(watched.words()).toEqual([
      "added a",
      "added b",
      "synced",
      "added c",
      "modified a",
      "deleted b",
      "added end",
    ]);
    const [first] = watched.events;
    expect(first && "object" in first && first.object).toEqual(object("a", 5));
    const [listed, followed] = watched.server.seen;
    expect(listed?.query.get("limit")).toBe("500");
    expect(Object.fromEntries(followed?.query ?? [])).toMatchObject({
      watch: "true",
      resourceVersion: "7",
      allowWatchBookmarks: "true",
      timeoutSeconds: "300",
    });
  });

  test("lists page by page, with the selector of the path", async () => {
    const watched = await watch(
      [
        answer(200, list(7, [item("a", 5)], "next-page")),
        answer(200, list(7, [item("b", 6)])),
        stream(line("ADDED", object("end", 8))),
      ],
      `${path}?labelSelector=app%3Dweb`,
    );
    await watched.until("added end");
    expect(watched.words()).toEqual(["added a", "added b", "synced", "added end"]);
    expect(watched.server.seen.map(({ query }) => query.get("continue"))).toEqual([null, "next-page", null]);
    expect(watched.server.seen.map(({ query }) => query.get("labelSelector"))).toEqual([
      "app=web",
      "app=web",
      "app=web",
    ]);
  });

  test("lists all at once where the next page is forgotten", async () => {
    const watched = await watch([
      answer(200, list(7, [item("a", 5)], "next-page")),
      answer(410, statusBody(410, "Expired", "the token is too old")),
      answer(200, list(9, [item("a", 5), item("b", 6)])),
      stream(line("ADDED", object("end", 10))),
    ]);
    await watched.until("added end");
    expect(watched.words()).toEqual(["added a", "added b", "synced", "added end"]);
  });

  test("reads lines that are cut anywhere", async () => {
    const whole = Buffer.from(line("ADDED", { ...object("größe", 8) }) + line("ADDED", object("end", 9)));
    const pieces = Array.from(whole, (byte) => Buffer.from([byte]));
    const watched = await watch([answer(200, list(7, [])), stream(...pieces)]);
    await watched.until("added end");
    expect(watched.words()).toEqual(["synced", "added größe", "added end"]);
  });

  test("goes on from where it was when the connection breaks, and tells", async () => {
    const watched = await watch([
      answer(200, list(7, [])),
      streamThenCut(line("ADDED", object("a", 8)), '{"type":"ADDED","object":{"met'),
      stream(line("ADDED", object("end", 9))),
    ]);
    await watched.until("added end");
    expect(watched.words()).toEqual(["synced", "added a", "interrupted", "added end"]);
    expect(watched.server.seen.map(({ query }) => query.get("resourceVersion"))).toEqual([null, "7", "8"]);
    const told = watched.events.find(({ type }) => type === "interrupted");
    expect(told?.type === "interrupted" && told.error.message).toContain(`The watch of ${path} was cut`);
  });

  test("goes on from the last bookmark", async () => {
    const watched = await watch([
      answer(200, list(7, [])),
      streamThenCut(bookmark(70)),
      stream(line("ADDED", object("end", 71))),
    ]);
    await watched.until("added end");
    expect(watched.words()).toEqual(["synced", "interrupted", "added end"]);
    expect(watched.server.seen.at(-1)?.query.get("resourceVersion")).toBe("70");
  });

  test("goes on without a word where the server ends it", async () => {
    const watched = await watch([
      answer(200, list(7, [])),
      streamThenEnd(line("ADDED", object("a", 8))),
      stream(line("ADDED", object("end", 9))),
    ]);
    await watched.until("added end");
    expect(watched.words()).toEqual(["synced", "added a", "added end"]);
  });

  test.each([
    ["an event", stream(line("ERROR", statusBody(410, "Expired", "too old resource version")))],
    ["an answer", answer(410, statusBody(410, "Gone", "too old resource version"))],
  ])("lists again after 410 as %s: what has vanished is deleted, what was replaced is new", async (_, gone) => {
    const watched = await watch([
      answer(200, list(7, [item("stays", 1), item("changes", 2), item("vanishes", 3), item("replaced", 4, "old")])),
      gone,
      answer(200, list(20, [item("stays", 1), item("changes", 12), item("replaced", 14, "new"), item("comes", 15)])),
      stream(line("ADDED", object("end", 21))),
    ]);
    await watched.until("added end");
    expect(watched.words().slice(5)).toEqual([
      "deleted vanishes",
      "deleted replaced",
      "modified changes",
      "added replaced",
      "added comes",
      "added end",
    ]);
    expect(watched.words().filter((word) => word === "synced")).toHaveLength(1);
    expect(watched.server.seen.at(-1)?.query.get("resourceVersion")).toBe("20");
  });

  test("waits longer and longer while the server refuses, and as long as it asks for", async () => {
    const busy = (headers = {}) => answer(429, statusBody(429, "TooManyRequests", "too many requests"), headers);
    const watched = await watch([
      answer(503, statusBody(503, "ServiceUnavailable", "not ready")),
      answer(403, statusBody(403, "Forbidden", 'poddefaults is forbidden: User "x" cannot list')),
      busy({ "retry-after": "60" }),
      answer(200, list(7, [])),
      busy(),
      stream(line("ADDED", object("end", 8))),
    ]);
    await watched.until("added end");
    expect(watched.pauses).toEqual([250, 500, 60_000, 2_000]);
    const told = watched.events.flatMap((event) => (event.type === "interrupted" ? [event.error.message] : []));
    expect(told).toEqual([
      "not ready",
      'poddefaults is forbidden: User "x" cannot list',
      "too many requests",
      "too many requests",
    ]);
  });

  test("does not run in circles where every watch ends at once", async () => {
    const watched = await watch([answer(200, list(7, [])), streamThenEnd()]);
    while (watched.pauses.length < 4) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(watched.pauses.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
    expect(watched.words()).toEqual(["synced"]);
  });

  test("tells of other errors that the server sends, and goes on", async () => {
    const watched = await watch([
      answer(200, list(7, [])),
      stream(line("ERROR", statusBody(500, "InternalError", "etcd is away"))),
      stream(line("ADDED", object("end", 8))),
    ]);
    await watched.until("added end");
    const told = watched.events.find(({ type }) => type === "interrupted");
    expect(told?.type === "interrupted" && told.error).toMatchObject({
      status: 500,
      message: "The server ended the watch: etcd is away",
    });
  });

  test("ends at once when the signal aborts, in whatever state", async () => {
    const silent: Turn = () => undefined;
    for (const turns of [
      [silent],
      [answer(200, list(7, [])), silent],
      [answer(200, list(7, [])), stream(bookmark(8))],
    ]) {
      const watched = await watch(turns);
      while (watched.server.seen.length < turns.length) await new Promise((resolve) => setTimeout(resolve, 2));
      watched.controller.abort();
      await watched.over;
      expect(watched.words().filter((word) => word === "interrupted")).toEqual([]);
    }
  });

  test("ends at once while it waits to try again", async () => {
    const server = await startServer(
      answer(503, statusBody(503, "ServiceUnavailable", "not ready"), { "retry-after": "3600" }),
    );
    const kubernetes = await clientOf({ server: server.url });
    const controller = new AbortController();
    for await (const event of kubernetes.watch(path, { signal: controller.signal })) {
      expect(event.type).toBe("interrupted");
      setTimeout(() => controller.abort(), 10);
    }
    expect(server.seen).toHaveLength(1);
  });

  test("that nobody reads any more leaves no connection behind", async () => {
    const server = await startServer((request, response) => {
      if (request.query.get("watch") === null) json(response, 200, list(7, []));
      else void stream(line("ADDED", object("a", 8)))(request, response);
    });
    const kubernetes = await clientOf({ server: server.url });
    for await (const event of kubernetes.watch(path, { signal: new AbortController().signal })) {
      if (event.type === "added") break;
    }
    kubernetes.close();
    const open = () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)));
    while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
