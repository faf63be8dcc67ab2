import { expect, it } from "vitest";
import { expandMacros } from "../../../src/services/macros/expand-macros.ts";

const values = { runId: "run-1", currentTime: 1_772_694_489, scheduledTime: 1_772_668_800, index: 3 };
const expanded = (text: string, given: Partial<typeof values> = values) =>
  expandMacros({ text }, { runId: "run-1", currentTime: values.currentTime, ...given }).text;

it("the id, the times and the index of a run stand for their macros", () => {
  expect(expanded("[[RunUUID]]/[[Index]]")).toBe("run-1/3");
  expect(expanded("[[CurrentTime]] [[ScheduledTime]]")).toBe("20260305070809 20260305000000");
  expect(expanded("[[ScheduledTime.2006-01-02]]")).toBe("2026-03-05");
  expect(expanded("{{$.scheduledTime.strftime('%Y/%m')}} {{$.currentTime.strftime('%s')}}")).toBe("2026/03 1772694489");
});

it("a macro without a value, and what is no macro, stays as it is", () => {
  for (const text of ["[[ScheduledTime]]", "[[Index]]", "{{$.scheduledTime.strftime('%Y')}}"]) {
    expect(expanded(text, {})).toBe(text);
  }
  for (const text of [
    "[[Nothing]]",
    "[RunUUID]",
    "{{$.inputs.x}}",
    "{{$.currentTime.strftime('%Q')}}",
    "[[",
    "plain",
  ]) {
    expect(expanded(text)).toBe(text);
  }
});

it("only parameters that are texts are looked at", () => {
  const parameters = {
    number: 1,
    list: ["[[RunUUID]]"],
    nothing: null,
    object: { a: "[[Index]]" },
    text: "[[RunUUID]]",
  };
  expect(expandMacros(parameters, values)).toEqual({ ...parameters, text: "run-1" });
});
