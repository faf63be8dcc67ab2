import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CronError, parseCron } from "../../src/schedule/index.ts";

const recording = new URL("../../../../../shared/contract/single/recurring-cron.json", import.meta.url);
const recorded = existsSync(recording);

interface Step {
  readonly name: string;
  readonly request: { readonly body?: { readonly trigger?: { readonly cron_schedule: { readonly cron: string } } } };
  readonly response: { readonly status: number };
  readonly match?: { readonly userMessage: string };
}

function refusalOf(text: string): unknown {
  try {
    parseCron(text);
  } catch (error) {
    return error;
  }
  return undefined;
}

// Skipped where the recorded exchanges do not lie beside the repository (../shared/contract).
describe.skipIf(!recorded)("the recorded recurring runs", () => {
  const steps: Step[] = recorded ? JSON.parse(readFileSync(recording, "utf8")).steps : [];
  const schedules = steps.filter(({ request }) => request.body?.trigger !== undefined);

  it("have accepted and refused expressions", () => {
    expect(new Set(schedules.map(({ response }) => response.status))).toEqual(new Set([200, 400]));
  });

  it.each(schedules)("$name", ({ request, response, match }) => {
    const refusal = refusalOf(request.body?.trigger?.cron_schedule.cron ?? "");
    if (response.status === 200) expect(refusal).toBeUndefined();
    else expect((refusal as Error).message).toBe(match?.userMessage.replace(/^.*? Error: /, ""));
  });
});

// These texts are the answers of robfig/cron 1.2.0.
describe("what is no expression is refused in the words of robfig/cron", () => {
  it.each([
    ["", "Empty spec string"],
    ["   ", "Expected 5 to 6 fields, found 0:    "],
    ["@", "Unrecognized descriptor: @"],
    ["@Daily", "Unrecognized descriptor: @Daily"],
    ["@toString", "Unrecognized descriptor: @toString"],
    ["@every", "Unrecognized descriptor: @every"],
    ["@every ", 'Failed to parse duration @every : time: invalid duration ""'],
    ["@every 1d", 'Failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"'],
    ["* * * * * * *", "Expected 5 to 6 fields, found 7: * * * * * * *"],
    ["-1 * * * *", 'Failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ["5-1 * * * *", "Beginning of range (5) beyond end of range (1): 5-1"],
    ["1-2-3 * * * *", "Too many hyphens: 1-2-3"],
    ["1/2/3 * * * *", "Too many slashes: 1/2/3"],
    ["*/0 * * * *", "Step of range should be a positive number: */0"],
    ["*/-1 * * * *", "Negative number (-1) not allowed: -1"],
    ["*/x * * * *", 'Failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ["0 0 0 0 * *", "Beginning of range (0) below minimum (1): 0"],
    ["0 0 0 32 * *", "End of range (32) above maximum (31): 32"],
    ["0 0 0 * 13 *", "End of range (13) above maximum (12): 13"],
    ["0 0 0 * * 7", "End of range (7) above maximum (6): 7"],
    ["0 0 0 * * sunday", 'Failed to parse int from sunday: strconv.Atoi: parsing "sunday": invalid syntax'],
    ["0 0 0 * toString *", 'Failed to parse int from toString: strconv.Atoi: parsing "toString": invalid syntax'],
    ['é" * * * *', 'Failed to parse int from é": strconv.Atoi: parsing "é\\"": invalid syntax'],
    ["\u0001 * * * *", 'Failed to parse int from \u0001: strconv.Atoi: parsing "\\x01": invalid syntax'],
    [
      "99999999999999999999 * * * *",
      'Failed to parse int from 99999999999999999999: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
  ])("%j", (text, message) => {
    expect(refusalOf(text)).toBeInstanceOf(CronError);
    expect((refusalOf(text) as Error).message).toBe(message);
  });
});

describe("an expression", () => {
  const calendar = (text: string) => {
    const schedule = parseCron(text);
    if (schedule.kind !== "calendar") throw new Error("no calendar");
    return schedule;
  };

  it("has seconds first, and may leave out the day of week", () => {
    expect(calendar("7 8 9 10 11")).toEqual(calendar("7 8 9 10 11 *"));
    expect(calendar("7 8 9 10 11").second.values).toEqual([7]);
  });

  it("knows lists, ranges, steps, names in any case, and ? as *", () => {
    const { second, minute, hour, dayOfMonth, month, dayOfWeek } = calendar("1,3,2 10-14/2 20/2 ? jan,DEC Mon-fri");
    expect(second.values).toEqual([1, 2, 3]);
    expect(minute.values).toEqual([10, 12, 14]);
    expect(hour.values).toEqual([20, 22]);
    expect(dayOfMonth).toMatchObject({ star: true, values: { length: 31 } });
    expect(month.values).toEqual([1, 12]);
    expect(dayOfWeek).toEqual({ star: false, values: [1, 2, 3, 4, 5] });
  });

  it("is split at any white space that Go knows, and at no other", () => {
    expect(calendar("\t0 0\u00a00\u2003* *\n")).toEqual(calendar("0 0 0 * *"));
    expect((refusalOf("0\ufeff0 0 * *") as Error).message).toContain("Expected 5 to 6 fields, found 4");
  });

  it("of @every is whole seconds, and at least one", () => {
    expect(parseCron("@every 1h30m")).toEqual({ kind: "interval", seconds: 5400 });
    expect(parseCron("@every 2.9s")).toEqual({ kind: "interval", seconds: 2 });
    expect(parseCron("@every 1ms")).toEqual({ kind: "interval", seconds: 1 });
    expect(parseCron("@every -1h")).toEqual({ kind: "interval", seconds: 1 });
  });
});
