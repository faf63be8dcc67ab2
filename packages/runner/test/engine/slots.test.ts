import { expect, test } from "vitest";
import { Slots } from "../../src/engine/slots.ts";

const never = new AbortController().signal;

test("there are never more jobs than the limit", async () => {
  const lane = new Slots(2).lane();
  const [one] = await Promise.all([lane.acquire(never), lane.acquire(never)]);
  let third = false;
  const waiting = lane.acquire(never).then((release) => {
    third = true;
    return release;
  });
  await new Promise(setImmediate);
  expect(third).toBe(false);
  one?.();
  expect(await waiting).toBeTypeOf("function");
});

test("runs take turns, however many tasks one of them has waiting", async () => {
  const slots = new Slots(1);
  const [large, small] = [slots.lane(), slots.lane()];
  const first = await large.acquire(never);
  const order: string[] = [];
  const take = async (name: string, lane: typeof large) => {
    const release = await lane.acquire(never);
    order.push(name);
    release?.();
  };
  const all = [take("large 1", large), take("large 2", large), take("large 3", large), take("small", small)];
  first?.();
  await Promise.all(all);
  expect(order).toEqual(["large 1", "small", "large 2", "large 3"]);
});

test("whoever gives up waiting gets nothing, and leaves the job to the next", async () => {
  const lane = new Slots(1).lane();
  const first = await lane.acquire(never);
  const giveUp = new AbortController();
  const gone = lane.acquire(giveUp.signal);
  const next = lane.acquire(never);
  giveUp.abort();
  expect(await gone).toBeUndefined();
  first?.();
  expect(await next).toBeTypeOf("function");
});

test("a job that is given back twice is one job", async () => {
  const lane = new Slots(1).lane();
  const release = await lane.acquire(never);
  release?.();
  release?.();
  await lane.acquire(never);
  let second = false;
  void lane.acquire(never).then(() => {
    second = true;
  });
  await new Promise(setImmediate);
  expect(second).toBe(false);
});

test.each([0, -1, 1.5, Number.NaN])("%d is no number of jobs", (limit) => {
  expect(() => new Slots(limit)).toThrow(`jobs is ${limit}: give a whole number from 1`);
});
