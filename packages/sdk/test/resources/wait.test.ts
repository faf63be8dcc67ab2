import { describe, expect, test } from "vitest";
import { Client, ConnectionError, TimeoutError } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, json, localServer, page, refusal, runOf } from "../helpers/local-server.ts";
import { TestClock } from "../helpers/test-clock.ts";

const state =
  (name?: string): Answer =>
  (_request, response) =>
    json(response, 200, runOf("1", name));
const broken: Answer = (_request, response) => void response.destroy();
const status =
  (code: number): Answer =>
  (_request, response) =>
    page(response, code, "text/plain", "later");

/** A client of a server on which a run goes through these answers; the last one stays. */
async function client(answers: readonly Answer[], maxRetries = 0) {
  const server = await localServer((request, response, count) =>
    answers[Math.min(count, answers.length) - 1]?.(request, response, count),
  );
  const clock = new TestClock();
  return { server, clock, kfp: new Client({ host: server.origin, clock, maxRetries }) };
}

describe("waiting for a run", () => {
  test.each(["SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"])("ends when it is %s", async (final) => {
    const { kfp, clock } = await client([state("PENDING"), state("RUNNING"), state(final)]);
    expect((await kfp.runs.wait("1")).state).toBe(final);
    expect(clock.slept).toEqual([5_000, 5_000]);
  });

  test.each(["PENDING", "RUNNING", "CANCELING", "PAUSED", undefined])("goes on while it is %s", async (name) => {
    const { kfp } = await client([state(name), state(name), state("SUCCEEDED")]);
    expect((await kfp.runs.wait("1")).state).toBe("SUCCEEDED");
  });

  test("tells each new state once, the first one too", async () => {
    const { kfp } = await client([
      state("PENDING"),
      state("PENDING"),
      state("RUNNING"),
      state("RUNNING"),
      state("FAILED"),
    ]);
    const states: unknown[] = [];
    await kfp.runs.wait("1", { onState: (run) => states.push(run.state) });
    expect(states).toEqual(["PENDING", "RUNNING", "FAILED"]);
  });

  test("looks at the state before the clock: a run that has ended is given back even with no time at all", async () => {
    const { kfp } = await client([state("SUCCEEDED")]);
    expect((await kfp.runs.wait("1", { timeoutMs: 0 })).state).toBe("SUCCEEDED");
  });

  test("ends with WAIT_TIMEOUT, which names the state, and looks a last time when the time is over", async () => {
    const { kfp, clock, server } = await client([state("RUNNING")]);
    const error = await failureOf(kfp.runs.wait("1", { timeoutMs: 12_000 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: "WAIT_TIMEOUT", timeoutMs: 12_000 });
    expect(error.message).toContain("RUNNING");
    expect(clock.slept).toEqual([5_000, 5_000, 2_000]);
    expect(server.received).toHaveLength(4);
  });

  test("survives broken connections, 5xx and a slow-down, and waits longer each time", async () => {
    const { kfp, clock } = await client([
      state("RUNNING"),
      broken,
      status(503),
      status(504),
      status(429),
      state("SUCCEEDED"),
    ]);
    const outages: unknown[] = [];
    expect(
      (await kfp.runs.wait("1", { onOutage: (error) => outages.push((error as { code: string }).code) })).state,
    ).toBe("SUCCEEDED");
    expect(clock.slept).toEqual([5_000, 500, 1_000, 2_000, 4_000]);
    expect(outages).toEqual(["CONNECTION_LOST", "SERVER_UNAVAILABLE", "GATEWAY_TIMEOUT", "RATE_LIMITED"]);
  });

  test("survives what stands in for a server that is started anew: its own error, a gateway's page, half an answer", async () => {
    const { kfp } = await client([
      state("RUNNING"),
      status(500),
      (_request, response) => page(response, 404, "text/plain", "default backend - 404"),
      (_request, response) => page(response, 200, "application/json", '{"run_id":'),
      state("SUCCEEDED"),
    ]);
    expect((await kfp.runs.wait("1")).state).toBe("SUCCEEDED");
  });

  test("an error of the caller's own callback ends it, whatever the error is", async () => {
    const { kfp } = await client([state("RUNNING"), state("SUCCEEDED")]);
    const own = new ConnectionError("CONNECTION_LOST", { message: "another client's" }, "http://elsewhere");
    const error = await failureOf(
      kfp.runs.wait("1", {
        onLook: ({ state }) => {
          if (state === "SUCCEEDED") throw own;
        },
      }),
    );
    expect(error).toBe(own);
  });

  test("survives a server that is gone and comes back on the same port", async () => {
    const first = await localServer(state("RUNNING"));
    const kfp = new Client({ host: first.origin, maxRetries: 0 });
    let second: Awaited<ReturnType<typeof localServer>> | undefined;
    const waiting = kfp.runs.wait("1", {
      pollIntervalMs: 10,
      onState: () => {
        first.server.closeAllConnections();
        first.server.close();
      },
      onOutage: async () => {
        if (second !== undefined) return;
        second = await localServer(state("SUCCEEDED"));
        second.server.close();
        second.server.listen(first.port, "127.0.0.1");
      },
    });
    expect((await waiting).state).toBe("SUCCEEDED");
  });

  test("gives up after an outage that lasts too long, with the error of the outage", async () => {
    const { kfp, clock } = await client([state("RUNNING"), broken]);
    const error = await failureOf(kfp.runs.wait("1", { outageMs: 60_000 }));
    expect(error.code).toBe("CONNECTION_LOST");
    expect(clock.now()).toBeGreaterThan(60_000);
    expect(clock.now()).toBeLessThan(100_000);
  });

  test("an outage does not outlive the time for waiting", async () => {
    const { kfp, clock } = await client([state("RUNNING"), broken]);
    expect((await failureOf(kfp.runs.wait("1", { timeoutMs: 20_000 }))).code).toBe("WAIT_TIMEOUT");
    expect(clock.now()).toBe(20_000);
  });

  test.each([401, 403, 404])("HTTP %i does not pass by itself, and ends the waiting", async (code) => {
    const gone: Answer = (_request, response) => json(response, code, refusal(code === 404 ? 5 : 7, "no"));
    const { kfp, server } = await client([state("RUNNING"), gone]);
    await failureOf(kfp.runs.wait("1"));
    expect(server.received).toHaveLength(2);
  });

  test("a server that was never there is no outage", async () => {
    const { kfp, clock } = await client([broken]);
    expect((await failureOf(kfp.runs.wait("1"))).code).toBe("CONNECTION_LOST");
    expect(clock.slept).toEqual([]);
  });

  test("an abort ends the waiting with its own reason, in a look and between two", async () => {
    const server = await localServer(state("RUNNING"));
    const kfp = new Client({ host: server.origin });
    const controller = new AbortController();
    const waiting = kfp.runs.wait("1", {
      signal: controller.signal,
      onState: () => setTimeout(() => controller.abort("stop"), 10),
    });
    await expect(waiting).rejects.toBe("stop");
    await expect(kfp.runs.wait("1", { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  });

  test("refuses times that are none", async () => {
    const { kfp } = await client([state("SUCCEEDED")]);
    expect((await failureOf(kfp.runs.wait("1", { pollIntervalMs: 0 }))).code).toBe("BAD_OPTION");
    expect((await failureOf(kfp.runs.wait("1", { timeoutMs: -1 }))).code).toBe("BAD_OPTION");
  });
});
