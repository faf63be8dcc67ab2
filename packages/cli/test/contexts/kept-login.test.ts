import type { Credentials, CredentialsRequest } from "@kfp-ts/sdk";
import { expect, test } from "vitest";
import { KeptLogin } from "../../src/contexts/kept-login.ts";

const endpoint = "http://127.0.0.1:8080/pipeline";

/** A request whose patience ends when the test says so. */
function request(signal = new AbortController().signal): CredentialsRequest {
  const transport = { send: () => Promise.reject(new Error("nothing is sent here")) };
  return { method: "GET", url: `${endpoint}/apis/v2beta1/runs`, endpoint, transport, signal };
}

/** A login that counts, on a clock that the test moves, with nothing kept. */
function counted() {
  let now = 1_000_000;
  let logins = 0;
  const credentials: Credentials = {
    headers: ({ signal }) => {
      signal.throwIfAborted();
      return { cookie: `session=s${++logins}` };
    },
  };
  const login = new KeptLogin({
    endpoint,
    user: "ada",
    sessions: undefined,
    logIn: { credentials: () => credentials },
    now: () => now,
  });
  return {
    login,
    logins: () => logins,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

test("a session that this command has made is renewed when it ends, as often as it ends", async () => {
  const { login, logins, wait } = counted();
  const patience = new AbortController();
  let sent = await login.headers(request(patience.signal));
  // The time of the first request is over, which is nothing to the logins to come.
  patience.abort();
  for (let session = 2; session < 5; session += 1) {
    wait(3_600_000);
    const refusals = [1, 2, 3].map(() => login.refused({ ...request(), status: 401, sent }));
    expect(await Promise.all(refusals)).toEqual([true, true, true]);
    sent = await login.headers(request());
    expect([sent, logins()]).toEqual([{ cookie: `session=s${session}` }, session]);
  }
});

test("a session that is refused as soon as it is made is not made again", async () => {
  const { login, logins } = counted();
  const sent = await login.headers(request());
  expect(await login.refused({ ...request(), status: 401, sent })).toBe(false);
  expect(logins()).toBe(1);
});
