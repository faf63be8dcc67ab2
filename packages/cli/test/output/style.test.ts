import { expect, test } from "vitest";
import { styleFor } from "../../src/output/style.ts";

const RED = "\u001b[31mx\u001b[39m";

test.each([
  ["a terminal has colours", true, {}, RED],
  ["anything else has none", false, {}, "x"],
  ["NO_COLOR takes them away, whatever it is set to", true, { NO_COLOR: "0" }, "x"],
  ["an empty NO_COLOR says nothing", true, { NO_COLOR: "" }, RED],
  ["a dumb terminal has none", true, { TERM: "dumb" }, "x"],
  ["FORCE_COLOR brings them everywhere", false, { FORCE_COLOR: "1", TERM: "dumb" }, RED],
  ["FORCE_COLOR=0 takes them away", true, { FORCE_COLOR: "0" }, "x"],
  ["an empty FORCE_COLOR says nothing", false, { FORCE_COLOR: "" }, "x"],
  ["NO_COLOR wins over FORCE_COLOR", true, { NO_COLOR: "1", FORCE_COLOR: "1" }, "x"],
])("%s", (_, isTerminal, env, expected) => {
  expect(styleFor(isTerminal, env).red("x")).toBe(expected);
});
