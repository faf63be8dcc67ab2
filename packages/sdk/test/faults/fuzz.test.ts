import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { errorCatalogue } from "../../src/errors/catalogue.ts";
import {
  bearerToken,
  Client,
  type ConnectOptions,
  connect,
  cookies,
  dexPassword,
  isKfpError,
} from "../../src/index.ts";
import { diagnose } from "../../src/platform/node-diagnose.ts";
import { recognise } from "../../src/recognition/recognise.ts";
import { randomOf, randomTransport, setCookieSecret } from "./random-answers.ts";

/** Another one each time: the message of a failure names it, and FUZZ_SEED brings it back. */
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 1e9));
const rounds = Number(process.env.FUZZ_ROUNDS ?? 300);

const secrets = ["t0ken-s3cret", "c00kie-s3cret", "passw0rd-s3cret", setCookieSecret];
const jwt = ["eyJhbGciOiJub25lIn0", Buffer.from('{"sub":"u","exp":9999999999}').toString("base64url"), secrets[0]].join(
  ".",
);

/** Ways to say who is asking: anew for each round, since they remember. */
const identities: ReadonlyArray<() => Pick<ConnectOptions, "credentials" | "headers">> = [
  () => ({}),
  () => ({ credentials: bearerToken(`${secrets[0]}`) }),
  () => ({ credentials: bearerToken(jwt) }),
  () => ({ credentials: cookies(`session=${secrets[1]}`) }),
  () => ({ headers: { cookie: `session=${secrets[1]}`, "kubeflow-userid": "u" } }),
  () => ({ credentials: dexPassword({ username: "u@example.com", password: `${secrets[2]}` }) }),
];

/** Whatever comes out of it is an error of the catalogue, in words, and tells no secret anywhere. */
function expectWellSaid(outcome: unknown): void {
  const all = inspect(outcome, { depth: 12, maxStringLength: Number.POSITIVE_INFINITY, showHidden: true });
  for (const secret of secrets) expect(all).not.toContain(secret);
  if (!(outcome instanceof Error)) return;
  if (!isKfpError(outcome)) throw outcome;
  expect(Object.keys(errorCatalogue)).toContain(outcome.code);
  expect(outcome.message).not.toMatch(/undefined|\[object|NaN|TypeError|Cannot read|is not a function/);
  expect(`${outcome.fix}`).not.toMatch(/undefined|\[object|NaN/);
  expect(outcome.message.length).toBeLessThan(4_000);
}

async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

async function eachRound(way: number, work: (round: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const chosen = seed + way * 1_000_003 + round;
    try {
      expectWellSaid(await outcomeOf(() => work(chosen)));
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed}, round ${round}: ${inspect(error)}`, { cause: error });
    }
  }
}

const host = "http://127.0.0.1:3000/pipeline";

function optionsOf(round: number) {
  const random = randomOf(round);
  const identity = identities[Math.floor(random() * identities.length)]?.() ?? {};
  return { ...identity, transport: randomTransport(random) };
}

describe("whatever a server answers", () => {
  test("recognise() says what it is, or fails with a code", async () => {
    await eachRound(1, (round) => recognise({ host, ...optionsOf(round) }));
  });

  test("connect() connects, or fails with a code", async () => {
    await eachRound(2, async (round) => {
      const namespace = round % 2 === 0 ? "team-a" : undefined;
      return (await connect({ host, ...optionsOf(round), ...(namespace && { namespace }) })).connection;
    });
  });

  test("diagnose() comes to a verdict", async () => {
    // Each one looks at the machine as well, so there are fewer.
    await eachRound(4, async (round) => {
      if (round % 10 !== 0) return undefined;
      const { verdict, probes } = await diagnose({ host, ...optionsOf(round) });
      const said = [verdict.cause, verdict.fix ?? "", ...probes.map(({ saw }) => saw)].join("\n");
      expect(said).not.toMatch(/undefined|\[object|NaN|TypeError|Cannot read|is not a function/);
      if (!verdict.ok) expect(Object.keys(errorCatalogue)).toContain(verdict.code);
      return { verdict, probes };
    });
  });

  test("calls give what they are to give, or fail with a code", async () => {
    await eachRound(3, async (round) => {
      const kfp = new Client({ host, maxRetries: 0, ...optionsOf(round) });
      const calls = [
        () => kfp.experiments.list({ namespace: "team-a" }),
        () => kfp.healthz.get(),
        () => kfp.runs.get("id"),
        () => kfp.experiments.create({ displayName: "new" }),
        () => kfp.whoAmI(),
      ];
      return calls[round % calls.length]?.();
    });
  });
});
