import { connect } from "node:net";
import { Client } from "@kfp-ts/sdk";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let server: RunningServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ version: "test", port: 0, database: { kind: "memory" } });
  client = new Client({ host: server.url });
});
afterAll(async () => {
  await client.close();
  await server.close();
});

/** Sends bytes and returns the status of the answer, or what became of the connection. */
function raw(bytes: string | Buffer, patience = 5000): Promise<number | "closed" | "silence"> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    let answer = "";
    const finish = (result: number | "closed" | "silence") => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(patience, () => finish("silence"));
    socket.on("error", () => finish("closed"));
    socket.on("close", () => finish("closed"));
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer);
      if (status !== null) finish(Number(status[1]));
    });
    socket.write(bytes);
  });
}

const request = (line: string, headers: readonly string[] = [], body = "") =>
  `${line} HTTP/1.1\r\nHost: localhost\r\n${headers.map((header) => `${header}\r\n`).join("")}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const experiments = "/apis/v2beta1/experiments";
const json = (body: string) => request(`POST ${experiments}`, ["Content-Type: application/json"], body);

describe("a request that can never be right", () => {
  it.each([
    ["malformed JSON", json('{"display_name":')],
    ["JSON that is no object", json("[1,2,3]")],
    ["JSON with something behind it", json('{"display_name":"a"} x')],
    ["bytes that are no text", json("\u0000\u0001\u0002")],
    ["a wrong type", json('{"display_name":{"a":1}}')],
    ["an unknown field", json('{"display_name":"a","colour":"red"}')],
    ["ten thousand levels", json(`{"display_name":${"[".repeat(10_000)}${"]".repeat(10_000)}}`)],
    [
      "a hostile filter",
      request(
        `GET ${experiments}?filter=${encodeURIComponent('{"predicates":[{"key":"name; DROP TABLE runs","operation":1,"string_value":"x"}]}')}`,
      ),
    ],
    [
      "a filter of a thousand predicates",
      request(
        `GET ${experiments}?filter=${encodeURIComponent(JSON.stringify({ predicates: Array(300).fill({ key: "name", operation: 1, string_value: "x" }) }))}`,
      ),
    ],
    [
      "a hostile page token",
      request(
        `GET ${experiments}?page_token=${encodeURIComponent(Buffer.from('{"SortByFieldName":"1;--"}').toString("base64"))}`,
      ),
    ],
    [
      "a page token of another life",
      request(`GET ${experiments}?page_token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`),
    ],
    ["a percent sign alone", request(`GET ${experiments}/%`)],
    ["half a UTF-8 sequence", request(`GET ${experiments}/%ff%fe`)],
    [
      "two lengths",
      `POST ${experiments} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    ],
    [
      "a length and chunks",
      `POST ${experiments} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    ],
    ["no host", `GET ${experiments} HTTP/1.1\r\n\r\n`],
    ["two hosts", `GET ${experiments} HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n`],
    [
      "a flood of headers",
      request(
        `GET ${experiments}`,
        Array.from({ length: 3000 }, (_, n) => `X-${n}: ${"y".repeat(50)}`),
      ),
    ],
    ["one huge header", request(`GET ${experiments}`, [`X-Long: ${"y".repeat(200_000)}`])],
    ["a huge path", request(`GET ${experiments}/${"x".repeat(100_000)}`)],
    ["not HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ])("such as %s is a 4xx", async (_, bytes) => {
    const status = await raw(bytes);
    // Where the connection is cut while the request still flows in, the client may not get to see the answer.
    if (status !== "closed") {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });

  it("stores nothing, and the server goes on", async () => {
    expect((await client.experiments.list()).totalSize).toBe(1);
    expect((await client.healthz.get()).multiUser).toBe(false);
  });
});

describe("a body that is announced and does not come", () => {
  it("does not hold up others", async () => {
    const slow = Array.from({ length: 50 }, () =>
      raw(`POST ${experiments} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{`, 1500),
    );
    expect((await client.experiments.list()).totalSize).toBe(1);
    await Promise.all(slow);
  });
});

describe("random requests", () => {
  it("never make the server answer 5xx or fall over", { timeout: 60_000 }, async () => {
    const random = generator(20261122);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const methods = ["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "HEAD"];
    const parts = [
      "apis",
      "pipeline",
      "v2beta1",
      "v1beta1",
      "experiments",
      "pipelines",
      "runs",
      "recurringruns",
      "names",
      "versions",
      "upload",
      "create",
      ":archive",
      "%2F",
      "..",
      "",
      "0198c0de-0000-7000-8000-000000000001",
      "ü",
      "'",
      "healthz",
      "x:retry",
    ];
    const values = [
      "{}",
      "[]",
      "null",
      '""',
      "1e999",
      '{"display_name":null}',
      '{"predicates":[{}]}',
      "%00",
      "\\u0000",
      "-1",
      "200",
      "name desc",
      "💥",
      '{"display_name":"x","pipeline_spec":{"pipelineInfo":1}}',
      '{"tags":{"":""}}',
      '{"trigger":{"cron_schedule":{"cron":"* * * * * * *"}}}',
    ];
    const keys = [
      "page_size",
      "page_token",
      "sort_by",
      "filter",
      "namespace",
      "experiment_id",
      "cascade",
      "name",
      "tags",
      "pipelineid",
      "propagation_policy",
    ];
    for (let round = 0; round < 1500; round++) {
      const path = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(parts)).join("/");
      const prefix = random() < 0.7 ? "/apis/v2beta1/" : "/";
      const query = random() < 0.5 ? `?${pick(keys)}=${encodeURIComponent(pick(values))}` : "";
      const method = pick(methods);
      const answer = await fetch(`${server.url}${prefix}${path}${query}`, {
        method,
        ...(method === "GET" || method === "HEAD" ? {} : { body: pick(values) }),
      });
      await answer.arrayBuffer();
      if (answer.status !== 501)
        expect([method, prefix + path + query, answer.status < 500]).toEqual([method, prefix + path + query, true]);
    }
    expect((await client.healthz.get()).multiUser).toBe(false);
  });
});

/** Numbers from 0 to 1 that are the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
