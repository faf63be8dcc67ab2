import { describe, expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { rawServer } from "./raw-server.ts";
import { brokenScenes, type Scene, slowScenes } from "./scenes.ts";

async function failureAt(scene: Scene, options: object) {
  const server = await rawServer(scene.behaviour);
  const host = `${scene.scheme ?? "http"}://127.0.0.1:${server.port}`;
  const kfp = new Client({ host, maxRetries: 0, ...options });
  const error = await failureOf(kfp.healthz.get());
  await kfp.close();
  await expect.poll(() => server.open.size, { message: "no connection is left" }).toBe(0);
  return error;
}

describe("a call to a server that never says enough ends in its time", () => {
  test.each(slowScenes)("one that $name", async (scene) => {
    const error = await failureAt(scene, { timeoutMs: 400, connectTimeoutMs: 300 });
    expect(scene.codes, error.message).toContain(error.code);
  });
});

describe("a call to a server whose answer is none fails with its code", () => {
  test.each(brokenScenes)("one that $name", async (scene) => {
    const error = await failureAt(scene, { timeoutMs: 15_000 });
    expect(scene.codes, error.message).toContain(error.code);
  });
});
