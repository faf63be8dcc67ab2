import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { Client, type ClientOptions, type Transport, version } from "../src/index.ts";
import { failureOf } from "./helpers/failure.ts";
import { experimentOf, json, localServer } from "./helpers/local-server.ts";

const canned: Transport = {
  send: async () => ({ status: 200, headers: { "content-type": "application/json" }, body: "{}" }),
};

describe("options of the client", () => {
  test("what exclude each other is refused when the client is made", async () => {
    const bad = [
      { transport: canned, fetch },
      { transport: canned, tls: { insecureSkipVerify: true } },
      { fetch, lookup: async () => [] },
      { tls: { ca: "x", caFile: "y" } },
      { timeoutMs: 0 },
      { timeoutMs: Number.NaN },
      { totalTimeoutMs: -1 },
      { maxRetries: 1.5 },
      { connectTimeoutMs: 0 },
      { headers: { "bad name": "x" } },
      { headers: { "content-length": "3" } },
      { headers: { host: "elsewhere" } },
      { headers: { "x-two": "a\r\nx-evil: b" } },
    ];
    for (const options of bad) {
      const error = await failureOf(() => new Client({ host: "http://localhost:1", ...options } as never));
      expect([JSON.stringify(options), error.code]).toEqual([JSON.stringify(options), "BAD_OPTION"]);
    }
  });

  test("the value of a header that cannot be sent does not get into the error", async () => {
    const error = await failureOf(() => new Client({ host: "http://localhost:1", headers: { cookie: "s3cret\n" } }));
    expect(error.message).toContain("cookie");
    expect(error.message).not.toContain("s3cret");
  });

  test("an infinite time is the longest that timers take, and not none", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    const kfp = new Client({
      host: server.origin,
      timeoutMs: Number.POSITIVE_INFINITY,
      totalTimeoutMs: Number.POSITIVE_INFINITY,
    });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("every request says what is accepted and who sends it", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    await new Client({ host: server.origin, userAgent: "portal/7" }).experiments.get("1");
    expect(server.received[0]?.headers).toMatchObject({
      accept: "application/json",
      "user-agent": `portal/7 kfp-ts-sdk/${version} node/${process.versions.node}`,
    });
  });

  test("headers of a call win over those of the client, whatever their case", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    const kfp = new Client({ host: server.origin, headers: { "X-Team": "a", "X-Other": "o" } });
    await kfp.experiments.get("1", { headers: { "x-team": "b" } });
    expect(server.received[0]?.headers).toMatchObject({ "x-team": "b", "x-other": "o" });
  });

  test("the path of the endpoint stands before that of the API", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    await new Client({ host: `${server.origin}/pipeline/` }).experiments.get("1");
    expect(server.received[0]?.url).toBe("/pipeline/apis/v2beta1/experiments/1");
  });

  test("withOptions changes what is said, keeps the rest, and is a client of the same class", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const kfp = new Client({ host: server.origin, namespace: "team-a", headers: { "x-keep": "1" } });
    const other = kfp.withOptions({ namespace: "team-b" });
    expect(other).toBeInstanceOf(Client);
    expect([kfp.namespace, other.namespace, other.host]).toEqual(["team-a", "team-b", kfp.host]);
    await other.experiments.list();
    expect(server.received[0]).toMatchObject({ url: "/apis/v2beta1/experiments?namespace=team-b" });
    expect(server.received[0]?.headers["x-keep"]).toBe("1");
  });

  test("a client that connects in a way of its own can be given other options too", () => {
    const kfp = new Client({ host: "https://localhost:1", tls: { insecureSkipVerify: true } });
    expect(kfp.withOptions({ timeoutMs: 5 }).host).toBe("https://localhost:1");
  });

  test("making a client and closing it sends nothing and keeps nothing alive", async () => {
    await expect(new Client({ host: "http://localhost:1" }).close()).resolves.toBeUndefined();
  });

  test("a segment of a path that would mean something else is refused before anything is sent", async () => {
    const kfp = new Client({ host: "http://localhost:1", transport: canned } as ClientOptions);
    for (const id of ["", ".", "..", undefined, 7, "\ud800"]) {
      expect((await failureOf(kfp.runs.get(id as string))).code).toBe("BAD_ARGUMENT");
    }
  });

  test("a name that is missing, and a parameter that JSON cannot hold, are refused before anything is sent", async () => {
    const kfp = new Client({ host: "http://localhost:1", transport: canned } as ClientOptions);
    for (const name of ["", undefined]) {
      expect((await failureOf(kfp.experiments.getByName(name as string))).code).toBe("BAD_ARGUMENT");
      expect((await failureOf(kfp.pipelines.getByName(name as string))).code).toBe("BAD_ARGUMENT");
    }
    const parameters = { big: 5n } as never;
    const error = await failureOf(kfp.runs.create({ displayName: "r", runtimeConfig: { parameters } }));
    expect(error).toMatchObject({ code: "BAD_ARGUMENT", message: expect.stringContaining("BigInt") });
  });

  test("ids and names are percent-encoded whole", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    await new Client({ host: server.origin }).experiments.get("a/b c?d#e:f");
    expect(server.received[0]?.url).toBe("/apis/v2beta1/experiments/a%2Fb%20c%3Fd%23e%3Af");
  });

  test("the version is that of the package", () => {
    expect(version).toBe(manifest.version);
  });
});
