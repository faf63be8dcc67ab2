import { describe, expect, test } from "vitest";
import {
  bearerToken,
  Client,
  type Credentials,
  type CredentialsRefusal,
  type KfpError,
  singleFlight,
} from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, experimentOf, json, localServer, page, refusal } from "../helpers/local-server.ts";

/** Knows whoever has this token. */
const wants =
  (token: () => string, otherwise: Answer = (_request, response) => json(response, 401, refusal(16, "who?"))): Answer =>
  (request, response, count) =>
    request.headers.authorization === `Bearer ${token()}`
      ? json(response, 200, request.url.includes("/pipelines/upload") ? { pipeline_id: "p" } : experimentOf("1"))
      : otherwise(request, response, count);

describe("credentials", () => {
  test("are asked before every attempt, with what is about to be sent", async () => {
    const server = await localServer((_request, response, count) =>
      count === 1 ? response.destroy() : json(response, 200, experimentOf("1")),
    );
    const asked: string[] = [];
    const credentials: Credentials = {
      headers: ({ method, url, signal }) => {
        asked.push(`${method} ${url} ${signal.aborted}`);
        return { "x-attempt": String(asked.length) };
      },
    };
    await new Client({ host: server.origin, credentials }).experiments.get("1");
    expect(asked).toEqual(Array(2).fill(`GET ${server.origin}/apis/v2beta1/experiments/1 false`));
    expect(server.received.map(({ headers }) => headers["x-attempt"])).toEqual(["1", "2"]);
  });

  test("win over headers from options", async () => {
    const server = await localServer(wants(() => "mine"));
    const kfp = new Client({
      host: server.origin,
      headers: { Authorization: "Bearer other" },
      credentials: bearerToken("mine"),
    });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("that have something else after a refusal get one replay, also of what creates something", async () => {
    const server = await localServer(wants(() => "new"));
    const refusals: CredentialsRefusal[] = [];
    let token = "old";
    const credentials: Credentials = {
      headers: async () => ({ authorization: `Bearer ${token}` }),
      refused: async (refused) => {
        refusals.push(refused);
        token = "new";
        return true;
      },
    };
    const kfp = new Client({ host: server.origin, credentials });
    expect((await kfp.experiments.create({ displayName: "x" })).experimentId).toBe("1");
    expect(refusals).toMatchObject([{ status: 401, method: "POST", sent: { authorization: "Bearer old" } }]);
  });

  test("that were refused in the middle of an upload have it sent again, from its beginning", async () => {
    // The cheap call that comes first is let through: the session ends just after it.
    const server = await localServer((request, response) =>
      request.url?.includes("healthz")
        ? json(response, 200, { multi_user: true })
        : wants(() => "new")(request, response, 0),
    );
    let token = "old";
    const credentials: Credentials = {
      headers: () => ({ authorization: `Bearer ${token}` }),
      refused: () => {
        token = "new";
        return true;
      },
    };
    const kfp = new Client({ host: server.origin, credentials });
    await kfp.pipelines.upload({ text: "the whole file", name: "x" });
    expect(server.received.filter(({ body }) => body.includes("the whole file"))).toHaveLength(2);
  });

  test("are asked to renew by a cheap call before an upload, so that it is sent once", async () => {
    const server = await localServer(wants(() => "new"));
    let token = "old";
    const credentials: Credentials = {
      headers: () => ({ authorization: `Bearer ${token}` }),
      refused: () => {
        token = "new";
        return true;
      },
    };
    const stream = (async function* () {
      yield new TextEncoder().encode("the whole stream");
    })();
    await new Client({ host: server.origin, credentials }).pipelines.upload({ stream, name: "x" });
    expect(server.received.filter(({ body }) => body.includes("the whole stream"))).toHaveLength(1);
  });

  test("that were refused and say no get no replay; that are refused twice get no second one", async () => {
    const server = await localServer(wants(() => "never"));
    const once: Credentials = { headers: () => ({ authorization: "Bearer a" }), refused: () => false };
    expect((await failureOf(new Client({ host: server.origin, credentials: once }).runs.get("1"))).code).toBe(
      "UNAUTHENTICATED",
    );
    expect(server.received).toHaveLength(1);
    const stubborn: Credentials = { headers: () => ({ authorization: "Bearer a" }), refused: () => true };
    await failureOf(new Client({ host: server.origin, credentials: stubborn }).runs.get("1"));
    expect(server.received).toHaveLength(3);
  });

  test("are told of a login page as of a refusal", async () => {
    const login: Answer = (_request, response) => page(response, 302, "text/html", "", { location: "/dex/auth" });
    const server = await localServer(wants(() => "new", login));
    let token = "old";
    const credentials: Credentials = {
      headers: () => ({ authorization: `Bearer ${token}` }),
      refused: ({ status }) => {
        expect(status).toBe(302);
        token = "new";
        return true;
      },
    };
    expect((await new Client({ host: server.origin, credentials }).experiments.get("1")).experimentId).toBe("1");
  });

  test("that end while a stream is sent, which can be read only once, are an error of their own", async () => {
    const server = await localServer((request, response) =>
      request.url?.includes("healthz")
        ? json(response, 200, { multi_user: true })
        : wants(() => "new")(request, response, 0),
    );
    const credentials: Credentials = { headers: () => ({ authorization: "Bearer old" }), refused: () => true };
    const stream = (async function* () {
      yield new TextEncoder().encode("x");
    })();
    const error = await failureOf(
      new Client({ host: server.origin, credentials }).pipelines.upload({ stream, name: "x" }),
    );
    expect([error.code, (error.cause as KfpError).code]).toEqual(["SESSION_ENDED", "UNAUTHENTICATED"]);
    expect(server.received).toHaveLength(2);
  });

  test("that fail end the call before anything is sent, with their reason as the cause", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const cause = new Error("the vault is sealed");
    const credentials: Credentials = { headers: () => Promise.reject(cause) };
    const error = await failureOf(new Client({ host: server.origin, credentials }).runs.get("1"));
    expect(error).toMatchObject({ code: "CREDENTIALS_FAILED", cause });
    expect(server.received).toHaveLength(0);
  });

  test("that hang are ended by the time of the attempt, and by the caller's signal", async () => {
    const credentials: Credentials = { headers: () => new Promise(() => undefined) };
    const kfp = new Client({ host: "http://localhost:1", credentials });
    expect((await failureOf(kfp.runs.get("1", { timeoutMs: 50, maxRetries: 0 }))).code).toBe("TIMEOUT");
    const call = kfp.runs.get("1", { signal: AbortSignal.timeout(30) });
    await expect(call).rejects.toMatchObject({ name: "TimeoutError", constructor: DOMException });
  });

  test("that do not answer in time are reported with what helps: more time, or a person who does what they ask for", async () => {
    const slow: Credentials = { headers: () => new Promise(() => undefined) };
    const patient: Credentials = { ...slow, patienceMs: 60 };
    const failure = (credentials: Credentials) =>
      failureOf(new Client({ host: "http://localhost:1", credentials, timeoutMs: 30, maxRetries: 0 }).runs.get("1"));
    const one = await failure(slow);
    expect(one.message).toContain("the credentials did not answer within 30 ms");
    expect(one.fix).toContain("a larger timeoutMs");
    const other = await failure(patient);
    expect(other.message).toContain("the credentials did not answer within 60 ms");
    expect(other.fix).toMatch(/wait for a person.*patienceMs/);
    expect(other.fix).not.toContain("timeoutMs");
  });
});

describe("bearerToken", () => {
  test("sends the token, without what surrounds it in a file", async () => {
    const server = await localServer(wants(() => "t0ken"));
    for (const token of ["t0ken", " t0ken\n", () => "t0ken\n", async () => "t0ken"]) {
      expect(
        (await new Client({ host: server.origin, credentials: bearerToken(token) }).experiments.get("1")).experimentId,
      ).toBe("1");
    }
  });

  test("a token that cannot be one is refused, and does not get into the error", async () => {
    for (const token of ["", "  ", "two tokens", "with\nnewline", "ünicode"]) {
      const error = await failureOf(() => bearerToken(token));
      expect(error.code).toBe("BAD_OPTION");
      if (token.trim() !== "") expect(error.message).not.toContain(token);
      const kfp = new Client({ host: "http://localhost:1", credentials: bearerToken(() => token) });
      expect((await failureOf(kfp.runs.get("1"))).code).toBe("CREDENTIALS_FAILED");
    }
  });

  test("a token that has changed since it was refused is tried, the same one is not", async () => {
    let valid = "one";
    const server = await localServer(wants(() => valid));
    const tokens = ["one", "one", "two"];
    const kfp = new Client({ host: server.origin, credentials: bearerToken(() => tokens.shift() ?? "two") });
    await kfp.experiments.get("1");
    valid = "two";
    await kfp.experiments.get("1");
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer one",
      "Bearer one",
      "Bearer two",
    ]);
    valid = "three";
    const before = server.received.length;
    expect((await failureOf(kfp.experiments.get("1"))).code).toBe("UNAUTHENTICATED");
    expect(server.received).toHaveLength(before + 1);
  });

  test("requests at the same time share one call of the function", async () => {
    const server = await localServer(wants(() => "t"));
    let calls = 0;
    const supply = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return "t";
    };
    const kfp = new Client({ host: server.origin, credentials: bearerToken(supply) });
    await Promise.all(Array.from({ length: 20 }, () => kfp.experiments.get("1")));
    expect(calls).toBe(1);
  });
});

test("singleFlight shares one run among those who come meanwhile, and runs anew afterwards, also after a failure", async () => {
  let runs = 0;
  const run = singleFlight(async () => {
    runs += 1;
    if (runs === 2) throw new Error("no");
    return runs;
  });
  expect(await Promise.all([run(), run(), run()])).toEqual([1, 1, 1]);
  await expect(Promise.all([run(), run()])).rejects.toThrow("no");
  expect(await run()).toBe(3);
});
