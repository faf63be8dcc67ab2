import { describe, expect, test } from "vitest";
import { Client, fetchTransport, type Transport } from "../../src/index.ts";
import { type Answer, json, localServer, page } from "../helpers/local-server.ts";

const transports: ReadonlyArray<readonly [string, Transport | undefined]> = [
  ["node:http", undefined],
  ["fetch", fetchTransport(fetch)],
];

async function connected(answer: Answer, transport?: Transport) {
  const server = await localServer(answer);
  const { origin: host } = server;
  return { server, kfp: transport === undefined ? new Client({ host }) : new Client({ host, transport }) };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe.each(transports)("the log of a task, on %s", (_name, transport) => {
  test("comes as it is written, before it has ended", async () => {
    let goOn = (): void => {};
    const { server, kfp } = await connected((_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("first\n");
      goOn = () => response.end("second\n");
    }, transport);
    const log = kfp.runs.logs("r", "a/b c", { follow: true })[Symbol.asyncIterator]();
    expect(await log.next()).toEqual({ done: false, value: "first\n" });
    goOn();
    expect(await log.next()).toEqual({ done: false, value: "second\n" });
    expect((await log.next()).done).toBe(true);
    expect(server.received[0]?.url).toBe("/apis/v1alpha1/runs/r/nodes/a%2Fb%20c/log?follow=true");
  });

  test("takes longer than a call may take, where its beginning came in time", async () => {
    const { kfp } = await connected((_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" }).write("a");
      setTimeout(() => response.end("b"), 300);
    }, transport);
    expect(await textOf(kfp.runs.logs("r", "t", { timeoutMs: 100, totalTimeoutMs: 100 }))).toBe("ab");
  });

  test("ends its request when nobody reads on", async () => {
    let gone: Promise<unknown> | undefined;
    const { kfp } = await connected((_request, response) => {
      gone = new Promise((resolve) => response.once("close", resolve));
      response.writeHead(200, { "content-type": "text/plain" }).write("a");
    }, transport);
    for await (const _ of kfp.runs.logs("r", "t", { follow: true })) break;
    await gone;
  });

  test("that is followed goes on where it was when the connection broke, also within a character", async () => {
    const whole = Buffer.from("one two drei für\n");
    const { server, kfp } = await connected((_request, response, count) => {
      response.writeHead(200, { "content-type": "text/plain" });
      if (count === 1) response.write(whole.subarray(0, 15), () => response.destroy());
      else response.end(whole);
    }, transport);
    expect(await textOf(kfp.runs.logs("r", "t", { follow: true }))).toBe(whole.toString());
    expect(server.received).toHaveLength(2);
  });

  test("that is not followed breaks off with an error: a part is not taken for the whole", async () => {
    const { kfp } = await connected((_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("part", () => response.destroy());
    }, transport);
    await expect(textOf(kfp.runs.logs("r", "t"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });
});

describe("the log of a task", () => {
  test("that is not there is an error with the words of the server", async () => {
    const { kfp } = await connected((_request, response) =>
      page(response, 404, "text/plain", '{"error_message":"Task t not found","error_details":"Task t not found"}'),
    );
    await expect(textOf(kfp.runs.logs("r", "t"))).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("Task t not found"),
    });
  });

  test("is no login page", async () => {
    const { kfp } = await connected((_request, response) =>
      page(response, 200, "text/html", "<html><form action=login><input type=password></form></html>"),
    );
    await expect(textOf(kfp.runs.logs("r", "t"))).rejects.toMatchObject({ code: "LOGIN_REQUIRED" });
  });

  test("comes at once through a transport that gives whole answers only", async () => {
    const kfp = new Client({
      host: "http://anywhere",
      transport: { send: async () => ({ status: 200, headers: { "content-type": "text/plain" }, body: "all" }) },
    });
    expect(await textOf(kfp.runs.logs("r", "t"))).toBe("all");
  });
});

describe("an artifact", () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);

  test("comes byte for byte", async () => {
    const { server, kfp } = await connected((_request, response) => response.writeHead(200).end(bytes));
    expect(await bytesOf(kfp.runs.readArtifact("r", "train", "model", { index: 2 }))).toEqual(bytes);
    expect(server.received[0]?.url).toBe("/apis/v2beta1/runs/r/nodes/train/artifacts/model:download?index=2");
  });

  test("is read as Kubeflow Pipelines gives it where the server has nothing better", async () => {
    const { kfp } = await connected((request, response) =>
      request.url.endsWith(":read")
        ? json(response, 200, { data: bytes.toString("base64") })
        : json(response, 404, { code: 5, message: "Not Found", details: [] }),
    );
    expect(await bytesOf(kfp.runs.readArtifact("r", "train", "model"))).toEqual(bytes);
  });
});

describe("the tasks of a run", () => {
  test("are listed page after page", async () => {
    const { server, kfp } = await connected((request, response) =>
      request.url.includes("page_token=next")
        ? json(response, 200, { tasks: [{ task_id: "2", path: "b", name: "b" }], total_size: 2 })
        : json(response, 200, {
            tasks: [{ task_id: "1", path: "a", name: "a", state: "SUCCEEDED", output_parameters: { Output: 3 } }],
            total_size: 2,
            next_page_token: "next",
          }),
    );
    const paths: unknown[] = [];
    for await (const { path, outputParameters } of kfp.runs.tasks("r")) paths.push([path, outputParameters]);
    expect(paths).toEqual([
      ["a", { Output: 3 }],
      ["b", undefined],
    ]);
    expect(server.received[0]?.url).toBe("/apis/v2beta1/runs/r/tasks?page_size=100");
  });

  test("and what the run as a whole has given", async () => {
    const { server, kfp } = await connected((_request, response) =>
      json(response, 200, { run_id: "r", parameters: { sum: 3 }, artifacts: [{ name: "model", task_path: "train" }] }),
    );
    const { parameters, artifacts } = await kfp.runs.outputs("r");
    expect(parameters).toEqual({ sum: 3 });
    expect(artifacts?.[0]).toMatchObject({ name: "model", taskPath: "train" });
    expect(server.received[0]?.url).toBe("/apis/v2beta1/runs/r/outputs");
  });

  test("and the artifacts are a clear error where the server has no such lists", async () => {
    const { kfp } = await connected((_request, response) =>
      json(response, 404, { code: 5, message: "Not Found", details: [] }),
    );
    await expect(kfp.runs.tasks("r")).rejects.toMatchObject({ code: "UNSUPPORTED_BY_SERVER" });
    await expect(kfp.runs.outputs("r")).rejects.toMatchObject({ code: "UNSUPPORTED_BY_SERVER" });
    await expect(kfp.runs.artifacts("r", { type: "system.Metrics" })).rejects.toMatchObject({
      code: "UNSUPPORTED_BY_SERVER",
    });
  });
});
