import { describe, expect, it } from "vitest";
import { AddressBudget } from "../../../src/identity/connectors/throttling/address-budget.ts";
import { KnownClients } from "../../../src/identity/connectors/throttling/known-clients.ts";
import { RefusalCounts } from "../../../src/identity/connectors/throttling/refusal-counts.ts";
import { throttle } from "../../../src/identity/connectors/throttling/throttle.ts";
import {
  type AttemptSource,
  ConnectorUnavailableError,
  type PasswordCheck,
  type PasswordConnector,
} from "../../../src/identity/password-connector.ts";
import { never } from "./room.ts";

/** Accepts "right", refuses all else, and counts what it looks at. */
function directory() {
  const state = { looks: 0, isDown: false, hold: undefined as Promise<void> | undefined, atOnce: 0, mostAtOnce: 0 };
  const connector: PasswordConnector = {
    id: "ldap",
    name: "LDAP",
    usernamePrompt: "Username",
    async check(username, password, signal): Promise<PasswordCheck> {
      state.looks++;
      state.mostAtOnce = Math.max(state.mostAtOnce, ++state.atOnce);
      await state.hold;
      state.atOnce--;
      signal.throwIfAborted();
      if (state.isDown) throw new ConnectorUnavailableError("down");
      if (password !== "right") return { outcome: "refused" };
      return { outcome: "accepted", account: { id: username, email: username, name: username, groups: [] } };
    },
    find: async () => undefined,
    close: async () => undefined,
  };
  return { state, connector };
}

function guarded(remembered?: number) {
  const { state, connector } = directory();
  let now = 1_000_000;
  const guard = throttle(connector, { clock: { now: () => now }, remembered });
  const attempt = (password: string, source?: AttemptSource, name = "ann@example.com") =>
    guard.check(name, password, never, source);
  const wrong = async (times: number, source?: AttemptSource, name?: string) => {
    const outcomes: string[] = [];
    for (let time = 0; time < times; time++) outcomes.push((await attempt("wrong", source, name)).outcome);
    return outcomes;
  };
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { state, attempt, wrong, pass, guard };
}

const throttled = (retryAfterSeconds: number) => ({ outcome: "throttled", retryAfterSeconds });

describe("guessing at one account", () => {
  it("is free five times, and then slower and slower up to five minutes", async () => {
    const { attempt, wrong, pass } = guarded();
    expect(await wrong(5)).toEqual(Array(5).fill("refused"));
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      expect(await attempt("right")).toEqual(throttled(seconds));
      pass(seconds);
      expect(await attempt("wrong")).toEqual({ outcome: "refused" });
    }
  });

  it("is not looked at, and not counted, while it is to wait", async () => {
    const { state, attempt, wrong, pass } = guarded();
    await wrong(5);
    expect(await wrong(100)).toEqual(Array(100).fill("throttled"));
    expect(state.looks).toBe(5);
    pass(0.4);
    expect(await attempt("right")).toEqual(throttled(1));
    pass(0.6);
    expect(await attempt("right")).toMatchObject({ outcome: "accepted" });
  });

  it("begins anew after the right password, and after an hour of quiet", async () => {
    const { attempt, wrong, pass } = guarded();
    await wrong(4);
    expect(await attempt("right")).toMatchObject({ outcome: "accepted" });
    expect(await wrong(5)).toEqual(Array(5).fill("refused"));
    pass(3600);
    expect(await wrong(5)).toEqual(Array(5).fill("refused"));
  });

  it("is the same account in another case, with blanks, or with what is not seen", async () => {
    const { wrong } = guarded();
    for (const name of ["ann", "ANN", " ann ", "a\u200bnn", "\uff41nn"]) await wrong(1, undefined, name);
    expect(await wrong(1, undefined, "Ann")).toEqual(["throttled"]);
    expect(await wrong(1, undefined, "ben")).toEqual(["refused"]);
  });

  it("gains nothing by many addresses", async () => {
    const { state, wrong } = guarded();
    for (let number = 0; number < 20; number++) await wrong(1, { address: `192.0.2.${number}` });
    expect(state.looks).toBe(5);
  });

  it("gains nothing by sending all at once", async () => {
    const { state, attempt } = guarded();
    let release = (): void => undefined;
    state.hold = new Promise((resolve) => {
      release = resolve;
    });
    const outcomes = Promise.all(Array.from({ length: 100 }, () => attempt("wrong")));
    release();
    const counted = (await outcomes).map(({ outcome }) => outcome);
    expect(counted.filter((outcome) => outcome === "refused")).toHaveLength(5);
    expect(counted.filter((outcome) => outcome === "throttled")).toHaveLength(95);
  });

  it("gains nothing by not waiting for the answer", async () => {
    const { guard, state, wrong } = guarded();
    for (let time = 0; time < 5; time++) {
      const gone = new AbortController();
      state.hold = Promise.resolve().then(() => gone.abort(new Error("gone")));
      await expect(guard.check("ann@example.com", "wrong", gone.signal)).rejects.toThrow("gone");
    }
    state.hold = undefined;
    expect(await wrong(1)).toEqual(["throttled"]);
  });

  it("goes for names that nobody has in the same way", async () => {
    const { wrong } = guarded();
    expect((await wrong(6, undefined, "nobody@example.com")).at(-1)).toBe("throttled");
  });
});

describe("the owner of an account that others guess at", () => {
  const home = { address: "192.0.2.1" };
  const elsewhere = { address: "198.51.100.9" };

  it("is not kept out where they have logged in before", async () => {
    const { attempt, wrong, pass } = guarded();
    await attempt("right", home);
    for (let time = 0; time < 15; time++) {
      await wrong(1, elsewhere);
      pass(300);
    }
    await wrong(1, elsewhere);
    expect(await attempt("right", elsewhere)).toMatchObject({ outcome: "throttled" });
    expect(await attempt("wrong", home)).toEqual({ outcome: "refused" });
    expect(await attempt("right", home)).toMatchObject({ outcome: "accepted" });
  });

  it("is told apart by their device where all have one address, as behind a proxy", async () => {
    const { attempt, wrong } = guarded();
    await attempt("right", { ...home, device: "ann's browser" });
    await wrong(6, { ...home, device: "somebody's" });
    expect(await attempt("right", { ...home, device: "somebody's" })).toMatchObject({ outcome: "throttled" });
    expect(await attempt("right", { ...home, device: "ann's browser" })).toMatchObject({ outcome: "accepted" });
  });

  it("has to wait too where it is their own place that guesses", async () => {
    const { attempt, wrong } = guarded();
    await attempt("right", home);
    expect((await wrong(6, home)).at(-1)).toBe("throttled");
  });

  it("waits for five minutes at most, and then comes in", async () => {
    const { attempt, wrong, pass } = guarded();
    for (let time = 0; time < 40; time++) {
      await wrong(1, elsewhere);
      pass(300);
    }
    expect(await attempt("right", home)).toMatchObject({ outcome: "accepted" });
  });

  it("may log in many times at once", async () => {
    const { state, attempt } = guarded();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => attempt("right")));
    expect(outcomes.every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(state.mostAtOnce).toBe(5);
  });
});

describe("guessing at many accounts from one address", () => {
  it("is free fifty times, and then ten times a minute", async () => {
    const { attempt, wrong, pass } = guarded();
    const from = { address: "198.51.100.9" };
    for (let number = 0; number < 50; number++) expect(await wrong(1, from, `user${number}`)).toEqual(["refused"]);
    expect(await attempt("wrong", from, "another")).toEqual(throttled(6));
    expect(await attempt("wrong", { address: "192.0.2.1" }, "another")).toEqual({ outcome: "refused" });
    pass(6);
    expect(await attempt("wrong", from, "another")).toEqual({ outcome: "refused" });
    expect(await attempt("wrong", from, "yet another")).toEqual(throttled(6));
  });

  it("does not keep out who has logged in from there before", async () => {
    const { attempt, wrong } = guarded();
    const from = { address: "198.51.100.9" };
    await attempt("right", from);
    for (let number = 0; number < 51; number++) await wrong(1, from, `user${number}`);
    expect(await attempt("right", from, "user60")).toMatchObject({ outcome: "throttled" });
    expect(await attempt("right", from)).toMatchObject({ outcome: "accepted" });
  });

  it("gets nothing back by logging in to an account of its own", async () => {
    const { attempt, wrong } = guarded();
    const from = { address: "198.51.100.9" };
    for (let number = 0; number < 49; number++) await wrong(1, from, `user${number}`);
    await attempt("right", from, "own");
    await wrong(1, from, "one");
    expect(await wrong(1, from, "another")).toEqual(["throttled"]);
  });
});

describe("what is remembered", () => {
  it("does not count a directory that is down as a wrong password", async () => {
    const { state, attempt, wrong } = guarded();
    state.isDown = true;
    for (let time = 0; time < 10; time++) await expect(attempt("right")).rejects.toThrow(ConnectorUnavailableError);
    state.isDown = false;
    expect(await wrong(1)).toEqual(["refused"]);
  });

  it("is bounded, and who has to wait is forgotten last", () => {
    const counts = new RefusalCounts(100);
    for (let time = 0; time < 10; time++) counts.refused("ann", 0);
    for (let number = 0; number < 10_000; number++) counts.refused(`name ${number}`, 1);
    expect(counts.size).toBe(100);
    expect(counts.waitMs("ann", 1)).toBeGreaterThan(0);

    const addresses = new AddressBudget(100);
    const clients = new KnownClients(100);
    for (let number = 0; number < 1000; number++) {
      addresses.refused(`${number}`, 0);
      clients.add("ann", { address: `${number}`, device: `${number}` });
    }
    expect(addresses.size).toBe(100);
    expect(clients.size).toBe(100);
  });

  it("makes nobody wait longer when the clock is set back", () => {
    const counts = new RefusalCounts(10);
    for (let time = 0; time < 5; time++) counts.refused("ann", 1_000_000_000);
    expect(counts.waitMs("ann", 0)).toBe(1000);
  });
});
