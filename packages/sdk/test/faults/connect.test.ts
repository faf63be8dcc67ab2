import { describe, expect, test } from "vitest";
import { type ConnectOptions, connect } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { madeCertificate } from "./made-certificate.ts";
import { rawServer } from "./raw-server.ts";
import { brokenScenes, type Scene, slowScenes } from "./scenes.ts";

async function failureAt(scene: Scene, options: Pick<ConnectOptions, "withinMs">) {
  const server = await rawServer(scene.behaviour);
  const began = performance.now();
  const error = await failureOf(connect({ host: `${scene.scheme ?? "http"}://127.0.0.1:${server.port}`, ...options }));
  const durationMs = performance.now() - began;
  await expect.poll(() => server.open.size, { message: "no connection is left" }).toBe(0);
  return { error, durationMs };
}

describe("connect() to a server that never says enough ends in its time", () => {
  test.each(slowScenes)("one that $name", async (scene) => {
    const { error } = await failureAt(scene, { withinMs: 800 });
    expect(["connection", "time", "answer"], error.message).toContain(error.kind);
  });
});

describe("connect() to a server whose answer is none fails with the code of a call", () => {
  test.each(brokenScenes)("one that $name", async (scene) => {
    const { error } = await failureAt(scene, {});
    expect(scene.codes, error.message).toContain(error.code);
  });
});

test("connect() ends in its ten seconds at a server that is silent", async () => {
  const { error, durationMs } = await failureAt({ name: "silent", behaviour: {}, codes: [] }, {});
  expect(error.kind).toBe("time");
  expect(durationMs).toBeGreaterThan(5_000);
  expect(durationMs).toBeLessThan(13_000);
});

test("an abort ends connect() at once, with its own reason, whatever it waits for", async () => {
  const certificate = madeCertificate();
  const silent = await rawServer({});
  const silentAfterTls = await rawServer({}, { certificate });
  const waiting: readonly ConnectOptions[] = [
    { host: `http://127.0.0.1:${silent.port}` },
    { host: `https://127.0.0.1:${silent.port}` },
    { host: `https://127.0.0.1:${silentAfterTls.port}`, tls: { ca: certificate.cert } },
    { host: "http://pipelines.example", lookup: () => new Promise(() => undefined) },
    { host: "https://pipelines.example", proxy: `http://127.0.0.1:${silent.port}` },
    { host: `http://127.0.0.1:${silent.port}`, credentials: { headers: () => new Promise(() => undefined) } },
  ];
  for (const options of waiting) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const connecting = connect({ ...options, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 150);
    const began = performance.now();
    await expect(connecting).rejects.toBe(reason);
    expect(performance.now() - began).toBeLessThan(3_000);
  }
  await expect.poll(() => silent.open.size + silentAfterTls.open.size).toBe(0);
});
