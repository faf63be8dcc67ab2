import { describe, expect, test } from "vitest";
import { errorCatalogue } from "../../src/errors/catalogue.ts";
import { diagnose } from "../../src/index.ts";
import { rawServer } from "./raw-server.ts";
import { brokenScenes, type Scene, slowScenes } from "./scenes.ts";

async function verdictAt(scene: Scene, withinMs?: number) {
  const server = await rawServer(scene.behaviour);
  const host = `${scene.scheme ?? "http"}://127.0.0.1:${server.port}`;
  const began = performance.now();
  const { verdict, probes } = await diagnose({ host, withinMs });
  const durationMs = performance.now() - began;
  await expect.poll(() => server.open.size, { message: "no connection is left" }).toBe(0);
  return { verdict, probes, durationMs };
}

describe("a diagnosis of a server that never says enough ends in its time, with a verdict", () => {
  test.each(slowScenes)("one that $name", async (scene) => {
    const { verdict } = await verdictAt(scene, 1_200);
    expect(verdict.ok).toBe(false);
    expect(Object.keys(errorCatalogue)).toContain(verdict.code);
    expect(errorCatalogue[verdict.code ?? "TIMEOUT"].kind).toMatch(/^(connection|time)$/);
  });
});

describe("a diagnosis of a server whose answer is none names the code that a call fails with", () => {
  test.each(brokenScenes)("one that $name", async (scene) => {
    const { verdict } = await verdictAt(scene);
    expect(scene.codes, verdict.cause).toContain(verdict.code);
  });
});

test("a diagnosis ends in its fifteen seconds at a server that is silent", async () => {
  const { verdict, durationMs } = await verdictAt({ name: "silent", behaviour: {}, codes: [] });
  expect(verdict.code).toMatch(/TIMEOUT/);
  expect(durationMs).toBeLessThan(18_000);
});
