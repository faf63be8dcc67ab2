import { describe, expect, it } from "vitest";
import { parseJsonBody } from "../../src/http/json-body.ts";
import { holdsMoreValues } from "../../src/http/json-size.ts";

const count = (value: string): number => {
  const bytes = Buffer.from(value);
  for (let most = 0; ; most += 1) if (!holdsMoreValues(bytes, most)) return most;
};

describe("how many values a JSON text may hold", () => {
  it.each([
    ["[1,2,3]", 4],
    ['{"a":1,"b":{}}', 4],
    ["[[[[]]]]", 5],
  ])("is at least as many as %s does", (text, values) => {
    expect(count(text)).toBe(values);
  });

  it("leaves out what stands in texts, also behind a quote that is escaped", () => {
    expect(count(JSON.stringify([',,[[{{"', '\\",\\\\",', "\\"]))).toBe(4);
  });

  it("comes to an end where a text does not", () => {
    expect(count('["abc\\"')).toBe(2);
    expect(count('["\\\\\\')).toBe(2);
  });
});

describe("a body of many values", () => {
  it.each([
    ["objects", `{"a":[${"{},".repeat(2_000_000)}1]}`],
    ["numbers", `{"a":[${"1,".repeat(2_000_000)}1]}`],
    ["lists", `{"a":[${"[[[[]]]],".repeat(500_000)}1]}`],
  ])("such as %s is refused before it is read", (_, text) => {
    expect(() => parseJsonBody(Buffer.from(text))).toThrow("the body holds more than 150000 values");
  });

  it("is read up to the limit, however long its texts are", () => {
    const body = { texts: Array(100_000).fill(1), long: ",".repeat(1_000_000) };
    expect(parseJsonBody(Buffer.from(JSON.stringify(body)))).toEqual(body);
  });
});
