import { describe, expect, it } from "vitest";
import { BcryptQueue } from "../../../src/identity/connectors/bcrypt/bcrypt-queue.ts";
import { ConnectorUnavailableError } from "../../../src/identity/password-connector.ts";
import { never } from "./room.ts";

/** Compares when it is told to. */
function byHand() {
  const begun: string[] = [];
  const ends: Array<(matches: boolean) => void> = [];
  const compare = (password: string) =>
    new Promise<boolean>((resolve) => {
      begun.push(password);
      ends.push(resolve);
    });
  const end = async () => {
    ends.shift()?.(true);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, compare, end };
}

describe("passwords that are checked", () => {
  it("are so one after the other, in the order in which they came", async () => {
    const { begun, compare, end } = byHand();
    const queue = new BcryptQueue(compare);
    const all = Promise.all(["a", "b", "c"].map((password) => queue.matches(password, "", never)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(["a"]);
    await end();
    expect(begun).toEqual(["a", "b"]);
    await end();
    await end();
    expect(await all).toEqual([true, true, true]);
  });

  it("are told that there are too many, beyond those that may wait", async () => {
    const { begun, compare, end } = byHand();
    const queue = new BcryptQueue(compare, { mostWaiting: 2 });
    const all = ["a", "b", "c"].map((password) => queue.matches(password, "", never));
    await expect(queue.matches("d", "", never)).rejects.toThrow(ConnectorUnavailableError);
    await end();
    all.push(queue.matches("e", "", never));
    for (let time = 0; time < 3; time++) await end();
    await Promise.all(all);
    expect(begun).toEqual(["a", "b", "c", "e"]);
  });

  it("leave no trace where whoever waits gives up", async () => {
    const { begun, compare, end } = byHand();
    const queue = new BcryptQueue(compare, { mostWaiting: 1 });
    const gone = new AbortController();
    const first = queue.matches("a", "", never);
    const second = queue.matches("b", "", gone.signal);
    gone.abort(new Error("gone"));
    await expect(second).rejects.toThrow("gone");
    const third = queue.matches("c", "", never);
    await end();
    await end();
    await Promise.all([first, third]);
    expect(begun).toEqual(["a", "c"]);
    await expect(queue.matches("d", "", gone.signal)).rejects.toThrow("gone");
  });

  it("keep their place where whoever has begun gives up, because the work goes on", async () => {
    const { begun, compare, end } = byHand();
    const queue = new BcryptQueue(compare);
    const gone = new AbortController();
    const first = queue.matches("a", "", gone.signal);
    const second = queue.matches("b", "", never);
    gone.abort(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    expect(begun).toEqual(["a"]);
    await end();
    await end();
    expect(await second).toBe(true);
  });

  it("do not stand in the way of the next where one fails", async () => {
    let time = 0;
    const queue = new BcryptQueue(async () => {
      if (time++ === 0) throw new Error("broken");
      return true;
    });
    await expect(queue.matches("a", "", never)).rejects.toThrow("broken");
    expect(await queue.matches("b", "", never)).toBe(true);
  });

  it("are let go when the server stops", async () => {
    const { compare } = byHand();
    const queue = new BcryptQueue(compare);
    void queue.matches("a", "", never);
    const waiting = queue.matches("b", "", never);
    queue.close();
    await expect(waiting).rejects.toThrow("The server is stopping.");
    await expect(queue.matches("c", "", never)).rejects.toThrow("The server is stopping.");
  });
});
