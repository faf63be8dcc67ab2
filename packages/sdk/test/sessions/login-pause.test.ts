import { describe, expect, test } from "vitest";
import { KfpError, LoginError } from "../../src/index.ts";
import { LoginPause } from "../../src/sessions/login-pause.ts";

const MINUTE = 60_000;
const refused = new LoginError("LOGIN_REFUSED", { message: "login: the password page was shown again" }, []);
const down = new LoginError("LOGIN_UNAVAILABLE", { message: "login: no healthy upstream" }, []);

/** A login that is wanted all the time, every minute, with a password that changes as the test says. */
function pause({ changes }: { readonly changes: boolean }) {
  let now = 0;
  let tries = 0;
  const own = new LoginPause(() => now);
  const failure = () => {
    try {
      own.check();
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return {
    own,
    failure,
    tries: () => tries,
    want: (error: unknown) => {
      if (!(changes && own.takesAnother) && failure() !== undefined) return;
      tries += 1;
      own.failed(error);
    },
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe("passwords that are other ones each time, as one-time codes are", () => {
  test("rest when three in a row were refused, and the error says so", () => {
    const { want, tries, failure, own } = pause({ changes: true });
    for (let call = 0; call < 100; call += 1) want(refused);
    expect(tries()).toBe(3);
    expect(own.takesAnother).toBe(false);
    const error = failure();
    expect(error).toBeInstanceOf(KfpError);
    expect(error).toMatchObject({ code: "LOGIN_PAUSED" });
    expect(String(error)).toMatch(/several passwords of this name were refused in a row.*rest for 20 more minutes/);
  });

  test("are tried a few times in an hour, for as long as they are refused", () => {
    const { want, tries, wait } = pause({ changes: true });
    const byHour: number[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      const before = tries();
      for (let minute = 0; minute < 60; minute += 1) {
        want(refused);
        wait(MINUTE);
      }
      byHour.push(tries() - before);
    }
    expect(Math.max(...byHour)).toBeLessThanOrEqual(6);
    expect(Math.min(...byHour)).toBeGreaterThan(0);
  });

  test("are counted although the identity provider is down in between", () => {
    const { want, tries, wait } = pause({ changes: true });
    for (let second = 0; second < 5 * 60; second += 5) {
      want(second % 10 === 0 ? refused : down);
      wait(5_000);
    }
    expect(tries()).toBeLessThanOrEqual(6);
  });

  test("begin anew once one of them was good", () => {
    const { want, tries, own } = pause({ changes: true });
    for (let call = 0; call < 10; call += 1) want(refused);
    own.succeeded();
    for (let call = 0; call < 10; call += 1) want(refused);
    expect(tries()).toBe(6);
  });
});

test("another password is tried at once, however often one and the same was refused before", () => {
  const { want, wait, own } = pause({ changes: false });
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    want(refused);
    wait(MINUTE);
  }
  want(refused);
  expect(own.takesAnother).toBe(true);
});
