import { describe, expect, it } from "vitest";
import { type CalendarSchedule, nextAfter, parseCron } from "../../src/schedule/index.ts";

const next = (text: string, instant: string) => nextAfter(parseCron(text), new Date(instant));

// These instants are the answers of robfig/cron 1.2.0.
describe("the next instant is the one of robfig/cron", () => {
  it.each([
    ["0 0 * * * *", "2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z"],
    ["0 0 * * *", "2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z"],
    ["0 * * * *", "2026-11-22T10:00:59.999Z", "2026-11-22T10:01:00Z"],
    ["*/15 * * * * *", "2026-11-22T10:00:45Z", "2026-11-22T10:01:00Z"],
    ["0 0 9 ? * MON-FRI", "2026-11-20T09:00:00Z", "2026-11-23T09:00:00Z"],
    ["0 0 0 1 JAN *", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    ["@yearly", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"],
    ["@annually", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"],
    ["@monthly", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"],
    ["@weekly", "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"],
    ["@daily", "2026-02-28T12:00:00Z", "2026-03-01T00:00:00Z"],
    ["@midnight", "2024-02-28T12:00:00Z", "2024-02-29T00:00:00Z"],
    ["@hourly", "2026-11-22T23:30:00Z", "2026-11-23T00:00:00Z"],
    ["@every 1h30m", "2026-11-22T10:00:00.5Z", "2026-11-22T11:30:00Z"],
    ["@every 1ms", "2026-11-22T10:00:00Z", "2026-11-22T10:00:01Z"],
    ["0 0 0 29 2 *", "2023-01-01T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["0 0 0 29 2 ?", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["30 5/20 22-23 * * *", "2026-11-22T23:45:30Z", "2026-11-23T22:05:30Z"],
    ["59 59 23 31 DEC SUN", "2026-12-30T00:00:00Z", "2026-12-31T23:59:59Z"],
    ["0 0 0 1 1 *", "1969-06-01T00:00:00.250Z", "1970-01-01T00:00:00Z"],
  ])("%s after %s", (text, instant, expected) => {
    expect(next(text, instant)).toEqual(new Date(expected));
  });

  it.each([
    ["0 0 0 13 * FRI", "2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z"],
    ["0 0 0 13 * 5", "2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z"],
    ["0 0 0 29 2 MON", "2026-03-01T00:00:00Z", "2027-02-01T00:00:00Z"],
  ])("either of two restricted days is enough: %s", (text, instant, expected) => {
    expect(next(text, instant)).toEqual(new Date(expected));
  });

  it("a star in one of the days, also with a step, asks for both", () => {
    expect(next("0 0 0 */13 * FRI", "2026-02-01T00:00:00Z")).toEqual(new Date("2026-02-27T00:00:00Z"));
  });

  it.each([
    ["0 0 0 30 2 *", "2026-01-01T00:00:00Z"],
    ["0 0 0 31 4,6,9,11 *", "2026-01-01T00:00:00Z"],
    [", 0 0 * * *", "2026-01-01T00:00:00Z"],
    ["0 0 0 29 2 *", "2096-03-01T00:00:00Z"],
  ])("and none where there is none within five years: %s", (text, instant) => {
    expect(next(text, instant)).toBeUndefined();
  });
});

describe("the next instant is the first second that matches", () => {
  /** The rule itself, for everything above the second. */
  function matches(schedule: CalendarSchedule, at: Date): boolean {
    const { minute, hour, dayOfMonth, month, dayOfWeek } = schedule;
    const byMonth = dayOfMonth.values.includes(at.getUTCDate());
    const byWeek = dayOfWeek.values.includes(at.getUTCDay());
    return (
      minute.values.includes(at.getUTCMinutes()) &&
      hour.values.includes(at.getUTCHours()) &&
      month.values.includes(at.getUTCMonth() + 1) &&
      (dayOfMonth.star || dayOfWeek.star ? byMonth && byWeek : byMonth || byWeek)
    );
  }

  // A fixed seed: a failure is seen again.
  let seed = 20_261_122;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const field = (least: number, greatest: number) => {
    const one = () => least + random(greatest - least + 1);
    const range = () => {
      const [low = 0, high = 0] = [one(), one()].sort((a, b) => a - b);
      return [`*`, `*/${1 + random(20)}`, `${low}`, `${low}-${high}`, `${low}-${high}/${1 + random(5)}`, `${low}/7`][
        random(6)
      ];
    };
    return Array.from({ length: 1 + random(2) }, range).join(",");
  };

  it("for random expressions and instants around the ends of days, months and years", () => {
    const hours = 26;
    let found = 0;
    for (let round = 0; round < 120; round += 1) {
      const month = random(3) === 0 ? field(1, 12) : "*";
      const text = `${field(0, 59)} ${field(0, 59)} ${field(0, 23)} ${field(1, 31)} ${month} ${field(0, 6)}`;
      const schedule = parseCron(text) as CalendarSchedule;
      const start = Date.UTC(
        2023 + random(3),
        random(12),
        28 + random(4),
        20 + random(5),
        random(60),
        random(60),
        random(1000),
      );
      let expected: number | undefined;
      const first = Math.floor(start / 1000) * 1000 + 1000;
      for (let at = first; at <= first + hours * 3_600_000 && expected === undefined; at += 1000) {
        // Most seconds fail already as seconds.
        if (schedule.second.values.includes((at / 1000) % 60) && matches(schedule, new Date(at))) expected = at;
      }
      const actual = nextAfter(schedule, new Date(start))?.getTime();
      if (expected === undefined)
        expect(actual ?? Number.POSITIVE_INFINITY, text).toBeGreaterThan(first + hours * 3_600_000);
      else expect(actual, `${text} after ${new Date(start).toISOString()}`).toBe(expected);
      if (expected !== undefined) found += 1;
    }
    expect(found).toBeGreaterThan(20);
  });
});
