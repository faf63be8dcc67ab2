import { expect, test } from "vitest";
import { serverLog } from "../../src/serve/log.ts";
import { fakeIo } from "../fake-io.ts";

const now = () => Date.parse("2026-01-31T12:00:00Z");

test("without a terminal every line is one JSON object", () => {
  const { io, stderr } = fakeIo({ now });
  const log = serverLog(io, "info");
  log.info({ requestId: "r1", status: 200 }, "answered");
  log.error({ err: new Error("broken\nin two lines") }, "a request failed");
  const [first, second, end] = stderr().split("\n");
  expect(JSON.parse(first ?? "")).toEqual({
    time: "2026-01-31T12:00:00.000Z",
    level: "info",
    message: "answered",
    requestId: "r1",
    status: 200,
  });
  expect(JSON.parse(second ?? "")).toMatchObject({
    level: "error",
    err: { name: "Error", message: "broken\nin two lines" },
  });
  expect(end).toBe("");
});

test("on a terminal lines are for people, and what comes from a request cannot steer it", () => {
  const { io, stderr } = fakeIo({ now, terminal: true, env: { NO_COLOR: "1" } });
  serverLog(io, "info").info({ path: "/\u001b[2J", status: 200, operation: undefined }, "answered");
  expect(stderr()).toBe("12:00:00 info  answered path=/\\x1b[2J status=200\n");
});

test("an error is told with what caused it, and no deeper: what others say may hold a secret", () => {
  const cause = new Error("the cluster\u001b[2J is gone", { cause: new Error("its own words") });
  const err = new Error("nobody can be asked", { cause });
  const people = fakeIo({ now, terminal: true, env: { NO_COLOR: "1" } });
  serverLog(people.io, "info").error({ err }, "a request failed");
  expect(people.stderr()).toMatch(/^12:00:00 error a request failed\nError: nobody can be asked\n/);
  expect(people.stderr()).toMatch(/\nbecause: the cluster\\x1b\[2J is gone\n$/);
  const machines = fakeIo({ now });
  serverLog(machines.io, "info").error({ err }, "a request failed");
  expect(JSON.parse(machines.stderr()).err.cause).toBe("the cluster\u001b[2J is gone");
  expect(people.stderr() + machines.stderr()).not.toContain("its own words");
});

test("what is less important than asked for is left out", () => {
  const { io, stderr } = fakeIo({ now });
  const log = serverLog(io, "warn");
  log.debug({}, "one");
  log.info({}, "two");
  log.warn({}, "three");
  log.error({}, "four");
  expect([...stderr().matchAll(/"message":"(\w+)"/g)].map(([, message]) => message)).toEqual(["three", "four"]);
  const silent = fakeIo({ now });
  serverLog(silent.io, "silent").error({}, "nothing");
  expect(silent.stderr()).toBe("");
});
