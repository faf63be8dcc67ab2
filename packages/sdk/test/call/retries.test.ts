import { describe, expect, test } from "vitest";
import { retryDelay } from "../../src/call/retry-policy.ts";
import { Client, type ClientOptions, type RetryEvent } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, experimentOf, json, localServer, page, refusal } from "../helpers/local-server.ts";
import { TestClock } from "../helpers/test-clock.ts";

/** A client of a server that answers badly at first. */
async function client(answers: readonly Answer[], more: Partial<ClientOptions> = {}) {
  const server = await localServer((request, response, count) =>
    answers[Math.min(count, answers.length) - 1]?.(request, response, count),
  );
  const clock = new TestClock();
  return { server, clock, kfp: new Client({ host: server.origin, clock, ...more } as ClientOptions) };
}

const good: Answer = (_request, response) => json(response, 200, experimentOf("1"));
const broken: Answer = (_request, response) => void response.destroy();
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    page(response, code, "text/plain", "later", headers);

describe("calls that are tried again", () => {
  test.each([408, 429, 502, 503, 504])("a read that meets HTTP %i is tried again", async (code) => {
    const { kfp, server, clock } = await client([status(code), good]);
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
    expect(server.received).toHaveLength(2);
    expect(clock.slept).toHaveLength(1);
  });

  test("a read whose connection breaks is tried again", async () => {
    const { kfp, server } = await client([broken, broken, good]);
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
    expect(server.received).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 409, 500, 501])("HTTP %i is an answer, and is not asked for again", async (code) => {
    const { kfp, server } = await client([status(code), good]);
    await failureOf(kfp.experiments.get("1"));
    expect(server.received).toHaveLength(1);
  });

  test("what creates something is never sent twice, whatever happens", async () => {
    for (const answer of [broken, status(503), status(429)]) {
      const { kfp, server } = await client([answer]);
      await failureOf(kfp.experiments.create({ displayName: "x" }));
      await failureOf(kfp.runs.create({ displayName: "x" }));
      await failureOf(kfp.pipelines.upload({ text: "x", name: "x" }));
      expect(server.received.map(({ url }) => url.replace(/^.apis.v2beta1|\?.*/g, ""))).toEqual([
        "/experiments",
        "/runs",
        "/pipelines/upload",
      ]);
    }
  });

  test("terminate and retry are not sent twice; archive, enable and update are", async () => {
    const once = await client([broken, good]);
    await failureOf(once.kfp.runs.terminate("1"));
    expect(once.server.received).toHaveLength(1);
    const retried = await client([broken, good]);
    await retried.kfp.runs.archive("1");
    expect(retried.server.received).toHaveLength(2);
    const updated = await client([broken, (_request, response) => json(response, 200, { pipeline_id: "1" })]);
    expect((await updated.kfp.pipelines.update("1", { displayName: "x" })).pipelineId).toBe("1");
  });

  test("a deletion whose answer was lost and that then finds nothing has been done", async () => {
    const gone: Answer = (_request, response) => json(response, 404, refusal(5, "Run 1 not found"));
    const lost = await client([broken, gone]);
    await expect(lost.kfp.runs.delete("1")).resolves.toBeUndefined();
    const never = await client([gone]);
    expect((await failureOf(never.kfp.runs.delete("1"))).code).toBe("NOT_FOUND");
    const refusedFirst = await client([status(503), gone]);
    expect((await failureOf(refusedFirst.kfp.runs.delete("1"))).code).toBe("NOT_FOUND");
  });

  test("maxRetries is how often it is tried again, for the client or for a call", async () => {
    const never = await client([status(503)], { maxRetries: 0 });
    await failureOf(never.kfp.experiments.get("1"));
    expect(never.server.received).toHaveLength(1);
    const often = await client([status(503)]);
    await failureOf(often.kfp.experiments.get("1", { maxRetries: 5 }));
    expect(often.server.received).toHaveLength(6);
  });

  test("the server's Retry-After is kept to; more than a minute is no hiccup", async () => {
    const polite = await client([status(503, { "retry-after": "7" }), good]);
    await polite.kfp.experiments.get("1");
    expect(polite.clock.slept).toEqual([7_000]);
    const long = await client([status(503, { "retry-after": "3600" }), good]);
    expect((await failureOf(long.kfp.experiments.get("1"))).code).toBe("SERVER_UNAVAILABLE");
    expect(long.clock.slept).toEqual([]);
  });

  test("no attempt begins after the time for all of them", async () => {
    const { kfp, server } = await client([status(503, { "retry-after": "5" })], {
      totalTimeoutMs: 12_000,
      maxRetries: 100,
    });
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("SERVER_UNAVAILABLE");
    expect(server.received).toHaveLength(3);
  });

  test("waits grow, are capped, and differ by chance", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelay(attempt, undefined, () => 0));
    expect(longest).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(retryDelay(1, undefined, () => 1)).toBe(187.5);
    expect(retryDelay(1, new Date(Date.now() + 3_000).toUTCString())).toBeGreaterThan(1_000);
    expect(retryDelay(1, "nonsense", () => 0)).toBe(250);
  });

  test("an abort ends the wait between attempts", async () => {
    const server = await localServer(status(503, { "retry-after": "30" }));
    const controller = new AbortController();
    const kfp = new Client({ host: server.origin, observer: { onRetry: () => controller.abort("enough") } });
    await expect(Promise.resolve(kfp.experiments.get("1", { signal: controller.signal }))).rejects.toBe("enough");
  });

  test("a retry is seen by the observer, with its reason", async () => {
    const seen: RetryEvent[] = [];
    const { kfp } = await client([broken, good], { observer: { onRetry: (event) => seen.push(event) } });
    await kfp.experiments.get("1");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ operation: "experiments.get", attempt: 1, error: { code: "CONNECTION_LOST" } });
  });
});
