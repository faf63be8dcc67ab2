import { describe, expect, test } from "vitest";
import type { PodDefaultSelector } from "../../src/poddefaults/pod-default.ts";
import { select } from "../../src/poddefaults/selecting/selector.ts";

const labels = new Map([["use", "yes"]]);
const one = (key: string, operator: string, values?: string[]): PodDefaultSelector => ({
  matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
});

describe("a sound selector", () => {
  test.each<[string, PodDefaultSelector | null, boolean]>([
    ["none", null, true],
    ["without requirements", { matchLabels: {}, matchExpressions: null }, true],
    ["a label", { matchLabels: { use: "yes" } }, true],
    ["a label with an empty value that the pod does not have", { matchLabels: { ghost: "" } }, false],
    ["In", one("use", "In", ["no", "yes"]), true],
    ["In with an empty value, and the label absent", one("ghost", "In", [""]), false],
    ["NotIn, absent", one("ghost", "NotIn", ["a"]), true],
    ["NotIn, listed", one("use", "NotIn", ["yes"]), false],
    ["Exists", one("use", "Exists", []), true],
    ["DoesNotExist", one("use", "DoesNotExist"), false],
    ["all of several", { matchLabels: { use: "yes" }, ...one("ghost", "Exists") }, false],
    ["a key with a prefix", one("example.com/x", "DoesNotExist"), true],
  ])("%s", (_, selector, selected) => {
    expect(select(selector, labels)).toEqual({ selected, mistakes: [] });
  });
});

describe("a broken selector says what is wrong, and suspects only the pods that it may be meant for", () => {
  test.each<[string, PodDefaultSelector, boolean, RegExp]>([
    [
      "an unknown operator and the label",
      one("use", "Gt", ["1"]),
      true,
      /^"Gt" is not a valid label selector operator$/,
    ],
    ["an unknown operator without the label", one("ghost", "Gt", ["1"]), false, /"Gt"/],
    ["an operator in other letters", one("use", "in", ["no"]), false, /"in" is not a valid/],
    ["a denying operator in other letters", one("ghost", "notin", ["no"]), true, /"notin" is not a valid/],
    ["an unknown denying operator", one("ghost", "NotEquals", ["no"]), true, /"NotEquals"/],
    ["In without values", one("use", "In"), false, /for 'in', 'notin' operators, values set can't be empty/],
    ["NotIn without values", one("use", "NotIn", []), true, /values set can't be empty/],
    ["Exists with values", one("use", "Exists", ["x"]), true, /\[\]string\{"x"\}: values set must be empty for exists/],
    ["DoesNotExist with values", one("use", "DoesNotExist", ["x"]), false, /values set must be empty/],
    [
      "a value that is none",
      { matchLabels: { use: "not a label!" } },
      false,
      /values\[0\]\[use\]: Invalid value: "not a label!"/,
    ],
    ["a long value", { matchLabels: { use: "x".repeat(64) } }, false, /no more than 63 characters/],
    ["a key that is none", one("-x", "NotIn", ["a"]), true, /key: Invalid value: "-x": name part must consist/],
    ["a prefix that is none", one("A_/x", "Exists"), false, /prefix part must be/],
    ["a good part that does not fit", { matchLabels: { use: "no" }, ...one("use", "Gt", ["1"]) }, false, /"Gt"/],
  ])("%s", (_, selector, selected, mistake) => {
    const selection = select(selector, labels);
    expect(selection.selected).toBe(selected);
    expect(selection.mistakes).toHaveLength(1);
    expect(selection.mistakes[0]).toMatch(mistake);
  });
});

test("a selector that is not of the right form picks nothing, and says so", () => {
  const malformed = { matchExpressions: [{ key: "use" }] } as unknown as PodDefaultSelector;
  expect(select(malformed, labels)).toEqual({
    selected: false,
    mistakes: ["spec.selector.matchExpressions[0].operator: it is required, and missing"],
  });
});
