import { expect, test } from "vitest";
import { AnswerCache } from "../../src/reviews/answer-cache.ts";

function cache(options: { seconds?: number; entries?: number; revision?: () => number } = {}) {
  let time = 1_000_000;
  const asked: string[] = [];
  const answers = new AnswerCache<string>({ ...options, clock: { now: () => time } });
  return {
    asked,
    set: (ms: number) => {
      time = ms;
    },
    get: (key: string, keepUntil = Infinity) =>
      answers.get(key, async () => {
        asked.push(key);
        return { value: key, keepUntil };
      }),
    fail: (key: string) =>
      answers.get(key, async () => {
        throw new Error(`no ${key}`);
      }),
  };
}

test("as many answers are kept as there is room for, and the oldest goes first", async () => {
  const { get, asked } = cache({ entries: 2 });
  for (const key of ["a", "b", "c", "b", "c", "a"]) await get(key);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});

test("an answer that may not be kept is not", async () => {
  const { get, asked } = cache();
  await get("a", 0);
  await get("a", 0);
  expect(asked).toEqual(["a", "a"]);
});

test("a failure reaches all who wait for it, and nobody after them", async () => {
  const { get, fail, asked } = cache();
  const waiting = [fail("a"), get("a")];
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await get("a")).toBe("a");
  expect(asked).toEqual(["a"]);
});

test("a clock that is set back does not prolong what is kept", async () => {
  const { get, set, asked } = cache();
  await get("a");
  set(0);
  await get("a");
  expect(asked).toEqual(["a", "a"]);
});

test("an answer is as old as its question", async () => {
  const { set, asked, get } = cache({ seconds: 10 });
  const answer = get("a");
  set(1_009_000);
  await answer;
  set(1_010_000);
  await get("a");
  expect(asked).toEqual(["a", "a"]);
});

test("what was kept is of no account once the rules have another revision, not even what was being asked", async () => {
  let revision = 1;
  const { get, asked } = cache({ revision: () => revision });
  await get("a");
  const underWay = get("b");
  revision = 2;
  await underWay;
  for (const key of ["a", "b", "a", "b"]) await get(key);
  expect(asked).toEqual(["a", "b", "a", "b"]);
});

/** Questions that are answered when the test says so. */
function slowCache(options: { revision?: () => number } = {}) {
  const answers = new AnswerCache<string>({ ...options, clock: { now: () => 0 } });
  const asked: Array<(value: string, keepUntil: number) => void> = [];
  const get = () =>
    answers.get("key", () => new Promise((resolve) => asked.push((value, keepUntil) => resolve({ value, keepUntil }))));
  return { asked, get };
}

test("a refusal is only for whoever asked: a right may have been given before the others came", async () => {
  const { asked, get } = slowCache();
  const [first, second, third] = [get(), get(), get()];
  asked[0]?.("no", 0);
  expect(await first).toBe("no");
  await expect.poll(() => asked.length).toBe(3);
  asked[1]?.("yes", Infinity);
  asked[2]?.("yes", Infinity);
  expect(await Promise.all([second, third])).toEqual(["yes", "yes"]);
});

test("who waits for an answer of before the rules changed asks anew", async () => {
  let revision = 1;
  const { asked, get } = slowCache({ revision: () => revision });
  const first = get();
  revision = 2;
  const second = get();
  asked[0]?.("yes", Infinity);
  expect(await first).toBe("yes");
  await expect.poll(() => asked.length).toBe(2);
  asked[1]?.("no", 0);
  expect(await second).toBe("no");
});

test("a clock that is set back a little prolongs nothing either", async () => {
  const { get, set, asked } = cache({ seconds: 10 });
  set(1_000);
  await get("a");
  set(9_000);
  await get("a");
  set(3_000);
  await get("a");
  expect(asked).toEqual(["a", "a"]);
});

test("an answer during which the clock was set back is not kept", async () => {
  let time = 60_000;
  const asked: number[] = [];
  const answers = new AnswerCache<string>({ clock: { now: () => time } });
  const ask = async () => {
    asked.push(time);
    time = 1_000;
    return { value: "a", keepUntil: Infinity };
  };
  await answers.get("a", ask);
  await answers.get("a", ask);
  expect(asked).toEqual([60_000, 1_000]);
});
