import { describe, expect, test } from "vitest";
import { Client, filter } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { experimentOf, json, localServer } from "../helpers/local-server.ts";

/** A server with this many experiments. */
async function experiments(count: number) {
  const all = Array.from({ length: count }, (_, index) => experimentOf(String(index)));
  const server = await localServer(({ url }, response) => {
    const query = new URL(url, "http://x").searchParams;
    const begin = Number(query.get("page_token") ?? 0);
    const size = Number(query.get("page_size") ?? 20);
    const end = Math.min(begin + size, count);
    json(response, 200, {
      experiments: all.slice(begin, end),
      total_size: count,
      ...(end < count && { next_page_token: String(end) }),
    });
  });
  return { server, kfp: new Client({ host: server.origin }) };
}

describe("lists", () => {
  test("awaited, a list is one page; nothing is sent before, and once however often it is awaited", async () => {
    const { kfp, server } = await experiments(45);
    const request = kfp.experiments.list();
    expect(server.received).toHaveLength(0);
    const page = await request;
    expect(await request).toBe(page);
    expect(server.received).toHaveLength(1);
    expect([page.items.length, page.totalSize, page.nextPageToken, page.hasNextPage()]).toEqual([20, 45, "20", true]);
    expect(page.items[0]?.createdAt).toEqual(new Date("2026-01-31T12:00:00Z"));
  });

  test("pages lead to the next one, with the same size, until there is none", async () => {
    const { kfp } = await experiments(5);
    const first = await kfp.experiments.list({ pageSize: 2 });
    const second = await first.getNextPage();
    const third = await second.getNextPage();
    expect([first, second, third].map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(third.hasNextPage()).toBe(false);
    expect((await failureOf(third.getNextPage())).code).toBe("BAD_ARGUMENT");
  });

  test("iterated, a list is everything, in pages of 100", async () => {
    const { kfp, server } = await experiments(250);
    const ids: string[] = [];
    for await (const { experimentId } of kfp.experiments.list()) ids.push(experimentId);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => String(index)));
    expect(server.received.map(({ url }) => url.split("?")[1])).toEqual([
      "page_size=100",
      "page_token=100&page_size=100",
      "page_token=200&page_size=100",
    ]);
  });

  test("leaving the loop asks for no further page", async () => {
    const { kfp, server } = await experiments(50);
    for await (const _one of kfp.experiments.list({ pageSize: 10 })) break;
    expect(server.received).toHaveLength(1);
  });

  test("an iteration can begin at a page token", async () => {
    const { kfp } = await experiments(5);
    const ids: string[] = [];
    for await (const { experimentId } of kfp.experiments.list({ pageToken: "3" })) ids.push(experimentId);
    expect(ids).toEqual(["3", "4"]);
  });

  test("pages() gives the pages themselves", async () => {
    const { kfp } = await experiments(5);
    const sizes: number[] = [];
    for await (const page of kfp.experiments.list({ pageSize: 2 }).pages()) sizes.push(page.items.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test("sorting, filter and namespace are sent as the API spells them", async () => {
    const { kfp, server } = await experiments(1);
    await kfp.experiments.list({
      sortBy: "createdAt desc",
      filter: filter("experiments").where("displayName").equals("a&b"),
      namespace: "team-a",
    });
    const query = new URL(server.received[0]?.url ?? "", "http://x").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      sort_by: "created_at desc",
      filter: '{"predicates":[{"operation":"EQUALS","key":"display_name","string_value":"a&b"}]}',
      namespace: "team-a",
    });
  });

  test("an empty answer is an empty page", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const page = await new Client({ host: server.origin }).runs.list();
    expect([page.items, page.totalSize, page.hasNextPage()]).toEqual([[], 0, false]);
  });

  test("a server that gives the same token again does not make an endless loop", async () => {
    const server = await localServer((_request, response) =>
      json(response, 200, { runs: [], next_page_token: "again" }),
    );
    const endless = async () => {
      for await (const _run of new Client({ host: server.origin }).runs.list()) throw new Error("there is none");
    };
    expect((await failureOf(endless)).code).toBe("BAD_ANSWER");
  });

  test("a failure comes out of await, of the loop and of catch alike", async () => {
    const server = await localServer((_request, response) => json(response, 404, { code: 5, message: "Not Found" }));
    const kfp = new Client({ host: server.origin });
    const seen: unknown[] = [];
    await failureOf(kfp.runs.list());
    await kfp.runs.list().catch((error: unknown) => seen.push(error));
    await kfp.runs
      .list()
      .finally(() => seen.push("finally"))
      .catch(() => undefined);
    const loop = async () => {
      for await (const _run of kfp.runs.list()) seen.push("a run");
    };
    expect((await failureOf(loop)).code).toBe("UNSUPPORTED_BY_SERVER");
    expect(seen).toEqual([expect.any(Error), "finally"]);
  });
});
