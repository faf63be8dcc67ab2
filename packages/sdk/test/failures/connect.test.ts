import { describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import type { Scene } from "./scene.ts";
import { scenes } from "./scenes.ts";

const list = scenes.filter(({ connect: comesTo }) => comesTo === undefined);
const later = scenes.filter(({ connect: comesTo }) => comesTo === "connects");
const mended = scenes.filter(({ connect: comesTo }) => comesTo === "mends it");

const callOf = ({ call }: Scene, kfp: Awaited<ReturnType<typeof connect>>) =>
  call === undefined ? kfp.experiments.list({ namespace: "team-a" }) : call(kfp);

async function connected(scene: Scene) {
  const kfp = await connect({ maxRetries: 0, ...(await scene.arrange()) });
  onTestFinished(() => kfp.close());
  return kfp;
}

describe("connect() names what is wrong as a call does, or better", () => {
  test.each(list)("B$number: $what", async ({ arrange, code, doctor, fix }) => {
    const error = await failureOf(connect({ maxRetries: 0, ...(await arrange()) }));
    expect([code, doctor], error.message).toContain(error.code);
    expect(error.fix).not.toBe("");
    if (fix !== undefined && error.code === code) expect(error.fix).toMatch(fix);
  });
});

describe("connect() succeeds where only some calls are refused, and they say why", () => {
  test.each(later)("B$number: $what", async (scene) => {
    const error = await failureOf(callOf(scene, await connected(scene)));
    expect(error.code, error.message).toBe(scene.code);
  });
});

describe("connect() mends a path, and says so", () => {
  test.each(mended)("B$number: $what", async (scene) => {
    const { connection } = await connected(scene);
    expect(connection.why).toContain(`the API is at ${connection.host}.`);
  });
});
