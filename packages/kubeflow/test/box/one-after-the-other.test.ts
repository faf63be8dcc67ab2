import { expect, test } from "vitest";
import { OneAfterTheOther } from "../../src/box/one-after-the-other.ts";

test("work is done in the order in which it was asked for, and never two pieces at once", async () => {
  const order = new OneAfterTheOther();
  const seen: string[] = [];
  const piece = (name: string, turns: number) =>
    order.run(async () => {
      seen.push(`${name} begins`);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      seen.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([piece("slow", 50), piece("fast", 1)])).toEqual(["slow", "fast"]);
  expect(seen).toEqual(["slow begins", "slow ends", "fast begins", "fast ends"]);
});

test("a failure reaches who asked, and what comes after is done all the same", async () => {
  const order = new OneAfterTheOther();
  const failing = order.run(async () => {
    throw new Error("no");
  });
  const after = order.run(async () => "done");
  await expect(failing).rejects.toThrow("no");
  expect(await after).toBe("done");
});

test("idle waits for what is asked for meanwhile", async () => {
  const order = new OneAfterTheOther();
  let done = 0;
  const work = async (): Promise<void> => {
    await Promise.resolve();
    done++;
    if (done < 3) void order.run(work);
  };
  void order.run(work);
  await order.idle();
  expect(done).toBe(3);
});
