import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors/login-error.ts";
import { Client, KfpError, type SessionStore, type StoredCookie, type StoredSession } from "../../src/index.ts";
import type { LogIn } from "../../src/login/log-in.ts";
import { LoginSession } from "../../src/sessions/login-session.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, experimentOf, json, localServer, page, refusal, runOf } from "../helpers/local-server.ts";
import { TestClock } from "../helpers/test-clock.ts";

const refused = () => new LoginError("LOGIN_REFUSED", { message: "login: the password page was shown again" }, []);
const down = () => new LoginError("LOGIN_UNAVAILABLE", { message: "login: no healthy upstream" }, []);

const cookieOf = (value: string): StoredCookie => ({
  name: "session",
  value,
  domain: "127.0.0.1",
  hostOnly: true,
  path: "/",
  secure: false,
  httpOnly: true,
  expiresAt: undefined,
});

/** How gateways say that a session is over. */
const ways = {
  "401 with {}": (_request, response) => json(response, 401, {}),
  "401 in the words of Envoy": (_request, response) => page(response, 401, "text/plain", "Jwt is expired"),
  "a redirection to Dex": (_request, response) => page(response, 302, "text/html", "", { location: "/dex/auth?x=y" }),
  "the sign-in page with 403": (_request, response) =>
    page(response, 403, "text/html", "<!doctype html><title>Sign In</title><form action='/oauth2/start'></form>"),
  "Dex's page with 200": (_request, response) =>
    page(response, 200, "text/html", "<!doctype html><title>dex</title><input type='password'>"),
} satisfies Record<string, Answer>;

interface GatewayOptions {
  /** How it says that a session is over. */
  readonly over?: Answer;
  readonly logIn?: LogIn;
  readonly sessions?: SessionStore;
  readonly secretChanged?: () => Promise<boolean>;
}

/** A gateway that lets in who has the newest session, and credentials for it on a clock that the test moves. */
async function gateway({ over = ways["401 with {}"], logIn, sessions, secretChanged }: GatewayOptions = {}) {
  let now = 1_000_000;
  let logins = 0;
  let good: string | undefined = "none";
  let looks = 0;
  const server = await localServer((request, response, count) => {
    if (request.headers.cookie !== `session=${good}`) return over(request, response, count);
    if (request.url.includes("healthz")) return json(response, 200, { multi_user: true });
    if (request.url.includes("/pipelines/upload")) return json(response, 200, { pipeline_id: "p" });
    if (request.url.includes("/experiments?")) {
      const last = request.url.includes("page_token=second");
      const next = last ? {} : { next_page_token: "second" };
      return json(response, 200, { experiments: [experimentOf(last ? "2" : "1")], total_size: 2, ...next });
    }
    if (request.url.includes("/runs/")) return json(response, 200, runOf("1", ++looks < 4 ? "RUNNING" : "SUCCEEDED"));
    return json(response, 200, experimentOf("1"));
  });
  const byDefault: LogIn = async () => {
    good = `s${logins}`;
    return { cookies: [cookieOf(good)] };
  };
  const credentials = new LoginSession({
    logIn: (request) => {
      logins += 1;
      return (logIn ?? byDefault)(request);
    },
    user: "user@example.com",
    secretChanged,
    sessions,
    now: () => now,
  });
  const kfp = new Client({ host: server.origin, credentials, maxRetries: 0 });
  return {
    ...server,
    kfp,
    credentials,
    logins: () => logins,
    /** The session ends on the server, as old as it has become. */
    end: () => {
      good = undefined;
      now += 3_600_000;
    },
    /** What the gateway takes from now on. */
    takes: (value: string) => {
      good = value;
    },
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe("a session", () => {
  test.each(Object.entries(ways))("that ended, told by %s, is renewed within the call", async (_name, over) => {
    const { kfp, logins, end } = await gateway({ over });
    await kfp.experiments.get("1");
    end();
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
    expect(logins()).toBe(2);
  });

  test("is one login for a hundred calls at once, and one more when it ends", async () => {
    const { kfp, logins, end } = await gateway();
    const all = () => Promise.all(Array.from({ length: 100 }, () => kfp.experiments.get("1")));
    await all();
    expect(logins()).toBe(1);
    end();
    await all();
    expect(logins()).toBe(2);
  });

  test("that ends in the middle of an iteration does not end the iteration", async () => {
    const { kfp, logins, end } = await gateway();
    const found: string[] = [];
    for await (const { experimentId } of kfp.experiments.list()) {
      found.push(experimentId);
      end();
    }
    expect([found, logins()]).toEqual([["1", "2"], 2]);
  });

  test("that ends while a run is waited for does not end the waiting", async () => {
    const { kfp, logins, end } = await gateway();
    const run = await kfp.withOptions({ clock: new TestClock() }).runs.wait("1", { onState: end });
    expect([run.state, logins()]).toEqual(["SUCCEEDED", 2]);
  });

  test.each([-120_000, 120_000])(
    "outlives a clock that is %i ms off: the gateway says when it is over",
    async (off) => {
      const { kfp, logins, wait, end } = await gateway();
      await kfp.experiments.get("1");
      wait(off);
      await kfp.experiments.get("1");
      expect(logins()).toBe(1);
      end();
      await kfp.experiments.get("1");
      expect(logins()).toBe(2);
    },
  );

  test("that ends before an upload is renewed before the upload, whatever is uploaded", async () => {
    const { kfp, logins, end, received } = await gateway();
    for (const source of [
      { text: "a text" },
      { bytes: new TextEncoder().encode("bytes") },
      { stream: streamOf("x") },
    ]) {
      end();
      await kfp.pipelines.upload({ ...source, name: "x" });
    }
    expect(logins()).toBe(3);
    expect(received.filter(({ method }) => method === "POST")).toHaveLength(3);
  });

  test("is shared by the clients that are made of a client", async () => {
    const { kfp, logins } = await gateway();
    await Promise.all([kfp.experiments.get("1"), kfp.withOptions({ namespace: "team-a" }).experiments.get("1")]);
    expect(logins()).toBe(1);
  });

  test("is one for each endpoint", async () => {
    const [one, other] = [await gateway(), await gateway()];
    await one.kfp.experiments.get("1");
    const elsewhere = new Client({ host: other.origin, credentials: one.credentials, maxRetries: 0 });
    await failureOf(elsewhere.experiments.get("1"));
    expect(one.logins()).toBe(2);
    expect(other.received.map(({ headers }) => headers.cookie)).not.toContain("session=s1");
  });

  test("that the gateway renews by itself is kept", async () => {
    const { kfp, logins, end, takes } = await gateway({
      over: (_request, response) => json(response, 200, experimentOf("1"), { "set-cookie": "session=renewed; Path=/" }),
    });
    await kfp.experiments.get("1");
    end();
    await kfp.experiments.get("1");
    takes("renewed");
    await kfp.experiments.get("1");
    expect(logins()).toBe(1);
  });

  test("that the gateway takes back is renewed, and late answers to calls before do not end the new one", async () => {
    const { kfp, logins, end } = await gateway({
      over: (_request, response) => json(response, 401, {}, { "set-cookie": "session=; Path=/; Max-Age=0" }),
    });
    await kfp.experiments.get("1");
    end();
    await Promise.all(Array.from({ length: 20 }, () => kfp.experiments.get("1")));
    await kfp.experiments.get("1");
    expect(logins()).toBe(2);
  });

  test("that ended is not taken for a new one because its end sets cookies for a login, as Envoy's does", async () => {
    const headers = { location: "/dex/auth?x=y", "set-cookie": "OauthNonce=1; Path=/" };
    const over: Answer = (_request, response) => page(response, 302, "text/html", "", headers);
    const { kfp, logins, end, received } = await gateway({ over });
    await kfp.experiments.get("1");
    end();
    await Promise.all(Array.from({ length: 20 }, () => kfp.experiments.get("1")));
    expect(logins()).toBe(2);
    expect(received.at(-1)?.headers.cookie).toBe("session=s2");
  });

  test("of no cookies is that of an endpoint which asks nobody to log in", async () => {
    const { kfp, logins, received } = await gateway({
      logIn: async () => ({ cookies: [] }),
      over: (_request, response) => json(response, 200, experimentOf("1")),
    });
    await kfp.experiments.get("1");
    await kfp.experiments.get("1");
    expect(logins()).toBe(1);
    expect(received.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });

  test("is not renewed where the server knows who asks and refuses that", async () => {
    const { kfp, logins, end } = await gateway({
      over: (_request, response) => json(response, 403, refusal(7, "User 'user@example.com' is not authorized")),
    });
    await kfp.experiments.get("1");
    end();
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("PERMISSION_DENIED");
    expect(logins()).toBe(1);
  });

  test("is not renewed where the auth service hangs and the answer is empty", async () => {
    const { kfp, logins, end } = await gateway({ over: (_request, response) => page(response, 403, "", "") });
    await kfp.experiments.get("1");
    end();
    await failureOf(kfp.experiments.get("1"));
    expect(logins()).toBe(1);
  });

  test("that is refused at once whatever is sent causes no login with every call", async () => {
    const { kfp, logins, wait } = await gateway({ logIn: async () => ({ cookies: [cookieOf("never good")] }) });
    for (let call = 0; call < 30; call += 1) {
      expect((await failureOf(kfp.experiments.get("1"))).code).toBe("UNAUTHENTICATED");
      wait(100);
    }
    expect(logins()).toBeLessThan(4);
  });

  test("that dies after seconds is renewed for all who were refused, however many they were", async () => {
    const { kfp, logins, takes, wait } = await gateway();
    const all = () => Promise.allSettled(Array.from({ length: 50 }, () => kfp.experiments.get("1")));
    await all();
    for (let session = 0; session < 5; session += 1) {
      takes("nothing any more");
      wait(1_000);
      await all();
      expect(logins()).toBe(session + 1);
      wait(1_000);
      expect((await all()).every(({ status }) => status === "fulfilled")).toBe(true);
      expect(logins()).toBe(session + 2);
    }
  });
});

describe("a login", () => {
  test("that is refused is not made again with the same password, so that no account is locked", async () => {
    const { kfp, logins, wait, received } = await gateway({ logIn: () => Promise.reject(refused()) });
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("LOGIN_REFUSED");
    for (let minute = 0; minute < 30; minute += 1) {
      wait(60_000);
      const { code, message } = await failureOf(kfp.experiments.get("1"));
      if (code === "LOGIN_PAUSED") expect(message).toMatch(/could lock the account.*the password page was shown again/);
    }
    expect(logins()).toBe(3);
    expect(received).toEqual([]);
  });

  test("that is refused is made again at once with another password", async () => {
    let changed = false;
    const { kfp, logins } = await gateway({
      logIn: () => Promise.reject(refused()),
      secretChanged: async () => changed,
    });
    await failureOf(kfp.experiments.get("1"));
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("LOGIN_PAUSED");
    changed = true;
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("LOGIN_REFUSED");
    expect(logins()).toBe(2);
  });

  test("goes on by itself when the identity provider is back after a minute", async () => {
    let isDown = true;
    const { kfp, logins, wait, takes } = await gateway({
      logIn: () => {
        if (isDown) return Promise.reject(down());
        takes("back");
        return Promise.resolve({ cookies: [cookieOf("back")] });
      },
    });
    for (let second = 0; second < 60; second += 1) {
      expect((await failureOf(kfp.experiments.get("1"))).code).toBe("LOGIN_UNAVAILABLE");
      wait(1_000);
    }
    expect(logins()).toBeLessThan(8);
    isDown = false;
    wait(60_000);
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("waits as long as the other side asks for", async () => {
    const busy = new LoginError("LOGIN_UNAVAILABLE", { message: "login: asks to wait" }, [], 120_000);
    const { kfp, logins, wait } = await gateway({ logIn: () => Promise.reject(busy) });
    for (let minute = 0; minute < 2; minute += 1) {
      await failureOf(kfp.experiments.get("1"));
      wait(59_000);
    }
    expect(logins()).toBe(1);
    wait(2_000);
    await failureOf(kfp.experiments.get("1"));
    expect(logins()).toBe(2);
  });

  test("that fails after the password was sent rests, too: it may have been counted", async () => {
    const sent = [{ method: "POST", origin: "http://127.0.0.1", path: "/dex/auth/local/login", status: 200 }];
    const odd = new LoginError("LOGIN_FAILED", { message: "login: something else" }, sent);
    const { kfp, logins, wait } = await gateway({ logIn: () => Promise.reject(odd) });
    for (let second = 0; second < 300; second += 10) {
      expect((await failureOf(kfp.experiments.get("1"))).code).toBe("LOGIN_FAILED");
      wait(10_000);
    }
    expect(logins()).toBeLessThan(4);
  });

  test("rests as long as its refusals ask for, although the provider was down in between", async () => {
    let refusals = 0;
    let isDown = true;
    const { kfp, wait } = await gateway({
      logIn: () => {
        isDown = !isDown;
        if (isDown) return Promise.reject(down());
        refusals += 1;
        return Promise.reject(refused());
      },
    });
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      await failureOf(kfp.experiments.get("1"));
      wait(60_000);
    }
    expect(refusals).toBeLessThan(30);
  });

  test("whose form was sent comes to its end when all have given up, so that a slow refusal rests, too", async () => {
    let refuse: () => void = () => undefined;
    const { kfp, logins, received } = await gateway({
      logIn: async ({ endpoint, transport, timeoutMs, signal }) => {
        const { origin } = new URL(endpoint);
        await transport.send({ origin, path: "/dex", method: "POST", headers: {}, body: "form", timeoutMs, signal });
        return new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
          refuse = () => reject(refused());
        });
      },
    });
    for (let call = 0; call < 3; call += 1) {
      const leaving = new AbortController();
      const left = failure(kfp.experiments.get("1", { signal: leaving.signal }));
      await expect.poll(() => received.length).toBe(1);
      await turns();
      leaving.abort(new Error("gave up"));
      expect(await left).toMatchObject({ message: "gave up" });
    }
    expect(logins()).toBe(1);
    refuse();
    await turns();
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("LOGIN_PAUSED");
    expect(logins()).toBe(1);
  });

  test("goes on where one of those who wait gives up, and ends when the last has", async () => {
    let finish: () => void = () => undefined;
    let wasAborted = false;
    const { kfp, logins, takes } = await gateway({
      logIn: ({ signal }) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener("abort", () => {
            wasAborted = true;
            reject(signal.reason);
          });
          finish = () => {
            takes("slow");
            resolve({ cookies: [cookieOf("slow")] });
          };
        }),
    });
    const leaving = new AbortController();
    const left = failure(kfp.experiments.get("1", { signal: leaving.signal }));
    const staying = kfp.experiments.get("1");
    await turns();
    leaving.abort(new Error("gave up"));
    expect(await left).toMatchObject({ message: "gave up" });
    expect(wasAborted).toBe(false);
    finish();
    await staying;
    expect(logins()).toBe(1);

    const alone = new AbortController();
    const other = await gateway({
      logIn: ({ signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    });
    const only = failure(other.kfp.experiments.get("1", { signal: alone.signal }));
    await turns();
    alone.abort(new Error("gave up, too"));
    expect(await only).toMatchObject({ message: "gave up, too" });
    // Giving up is no failure of the login: the next call makes one.
    void failure(other.kfp.experiments.get("1", { signal: AbortSignal.timeout(50) }));
    await turns();
    expect(other.logins()).toBe(2);
  });
});

describe("a session that is kept", () => {
  /** Sessions in memory, as if in a file that other programs use as well. */
  function store(first?: StoredSession) {
    const kept: (StoredSession | undefined)[] = [first];
    const sessions: SessionStore = {
      load: async () => kept.at(-1),
      save: async (_key, session) => void kept.push(session),
      delete: async () => void kept.push(undefined),
    };
    return { sessions, kept };
  }
  const session = (value: string): StoredSession => ({ kind: "cookies", cookies: [cookieOf(value)], savedAt: 1 });

  test("needs no login in the next program", async () => {
    const { kfp, logins, takes } = await gateway({ sessions: store(session("from before")).sessions });
    takes("from before");
    await kfp.experiments.get("1");
    expect(logins()).toBe(0);
  });

  test("and has ended is renewed, and the new one is kept", async () => {
    const { sessions, kept } = store(session("ended"));
    const { kfp, logins } = await gateway({ sessions });
    await kfp.experiments.get("1");
    expect(logins()).toBe(1);
    expect(kept.at(-1)).toMatchObject({ cookies: [{ value: "s1" }] });
  });

  test("is taken from another program that has renewed it in the meantime", async () => {
    const { sessions } = store(session("ended"));
    const { kfp, logins, takes, end } = await gateway({ sessions });
    takes("ended");
    await kfp.experiments.get("1");
    end();
    await sessions.save({ endpoint: "", user: "" }, session("renewed elsewhere"));
    takes("renewed elsewhere");
    await kfp.experiments.get("1");
    expect(logins()).toBe(0);
  });

  test("stops nobody where it cannot be kept", async () => {
    const { sessions } = store();
    const full = { ...sessions, save: () => Promise.reject(new Error("ENOSPC")) };
    const { kfp } = await gateway({ sessions: full });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });
});

test("no cookie is in an error or told to an observer", async () => {
  const { origin, credentials, end } = await gateway({ logIn: async () => ({ cookies: [cookieOf("very-secret")] }) });
  const told: unknown[] = [];
  const observer = {
    onRequest: (event: unknown) => void told.push(event),
    onResponse: (event: unknown) => void told.push(event),
    onFailure: (event: unknown) => void told.push(event),
  };
  const kfp = new Client({ host: origin, credentials, observer, maxRetries: 0 });
  end();
  const error = await failureOf(kfp.experiments.get("1"));
  expect(told).not.toEqual([]);
  expect(inspect([error, told, credentials], { depth: 12, showHidden: true })).not.toContain("very-secret");
});

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new KfpError("BAD_ANSWER", { message: "nothing failed" }),
    (error: unknown) => error,
  );

/** Lets everything happen that is ready to. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function* streamOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
