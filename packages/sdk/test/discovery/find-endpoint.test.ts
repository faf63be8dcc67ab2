import { describe, expect, test } from "vitest";
import { findEndpoint } from "../../src/discovery/find-endpoint.ts";
import type { Probed } from "../../src/discovery/probe.ts";
import { failureOf } from "../helpers/failure.ts";
import { TestClock } from "../helpers/test-clock.ts";

const api: Probed = { found: "api" };
const guard: Probed = { found: "guard" };
const refused = (host: string): Probed => ({ found: "nothing", code: "CONNECTION_REFUSED", why: `${host}: refused` });
const candidates = ["first", "second", "third"];

/** Each candidate answers so; one that says nothing is asked until the search ends. */
function search(answers: Readonly<Record<string, Probed | Promise<Probed>>>) {
  const ended: string[] = [];
  const probe = async (host: string, signal: AbortSignal): Promise<Probed> => {
    signal.addEventListener("abort", () => ended.push(host));
    return answers[host] ?? new Promise(() => undefined);
  };
  return { ended, found: () => findEndpoint({ candidates, probe, clock: new TestClock() }) };
}

describe("of the addresses that are asked at once", () => {
  test("the first that is the API is taken, however late it answers", async () => {
    const late = new Promise<Probed>((resolve) => setTimeout(() => resolve(api), 5));
    const { found } = search({ first: late, second: refused("second"), third: refused("third") });
    expect(await found()).toBe("first");
    const both = search({ first: api, second: api, third: api });
    expect(await both.found()).toBe("first");
  });

  test("another one is, where the first does not answer at all, and the asking ends there", async () => {
    const { found, ended } = search({ second: api });
    expect(await found()).toBe("second");
    expect(ended).toEqual(candidates);
  });

  test("another one is, where the first is not there", async () => {
    expect(await search({ first: refused("first"), second: refused("second"), third: api }).found()).toBe("third");
  });

  test("one that is guarded is taken only where no other is the API", async () => {
    expect(await search({ first: guard, second: refused("second"), third: api }).found()).toBe("third");
    expect(await search({ first: refused("first"), second: guard, third: guard }).found()).toBe("second");
  });

  test("none: the error says of each what happened, and what to do", async () => {
    const dropped: Probed = { found: "nothing", code: "CONNECT_TIMEOUT", why: "second: no answer within 3000 ms" };
    const none = search({ first: refused("first"), second: dropped, third: refused("third") });
    const error = await failureOf(none.found());
    expect(error.code).toBe("NO_ENDPOINT");
    expect(error.message).toMatch(/first: refused\n.*second: no answer within 3000 ms\n.*third: refused/);
    expect(error.fix).toContain("NetworkPolicy");
    expect(error.fix).toContain("pipelinesNamespace");
    expect(error.fix).toContain("KF_PIPELINES_ENDPOINT");
  });
});
