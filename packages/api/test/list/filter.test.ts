import { describe, expect, it } from "vitest";
import { filterOperations, noFilter, parseFilter } from "../../src/list/filter.ts";
import { listableExperiment, listablePipeline } from "../../src/list/listable.ts";

const parse = (predicates: unknown) => parseFilter(listableExperiment, JSON.stringify({ predicates }));

describe("a filter", () => {
  it("that is empty restricts nothing", () => {
    for (const empty of [undefined, "", "{}", '{"predicates":[]}']) {
      expect(parseFilter(listableExperiment, empty)).toEqual(noFilter);
    }
  });

  it("knows every operation by name and by number", () => {
    for (const [name, number] of Object.entries(filterOperations)) {
      const value = name === "IN" ? { string_values: { values: ["a", "b"] } } : { string_value: "a" };
      for (const operation of [name, number]) {
        expect(parse([{ operation, key: "name", ...value }]).predicates).toEqual([
          { operation: name, column: listableExperiment.keys.name, value: name === "IN" ? ["a", "b"] : "a" },
        ]);
      }
    }
  });

  it("compares instants with timestamps, and with numbers of seconds", () => {
    const values = [
      { timestamp_value: "2026-01-01T00:00:00Z" },
      { long_value: "1767225600" },
      { int_value: 1767225600 },
    ];
    for (const value of values) {
      const [predicate] = parse([{ operation: "LESS_THAN", key: "created_at", ...value }]).predicates;
      expect(predicate?.value).toBe(1767225600);
    }
    for (const [field, one] of [
      ["int_values", 1767225600],
      ["long_values", "1767225600"],
    ] as const) {
      const [predicate] = parse([{ operation: "IN", key: "created_at", [field]: { values: [one] } }]).predicates;
      expect(predicate?.value).toEqual([1767225600]);
    }
  });

  it("takes every number of 64 bits, also those that no instant has", () => {
    for (const [given, value] of [
      ["9223372036854775807", Number.MAX_SAFE_INTEGER],
      ["-9223372036854775808", Number.MIN_SAFE_INTEGER],
    ]) {
      const [predicate] = parse([{ operation: "LESS_THAN", key: "created_at", long_value: given }]).predicates;
      expect(predicate?.value).toBe(value);
    }
    expect(() => parse([{ operation: "LESS_THAN", key: "created_at", long_value: "9223372036854777000" }])).toThrow(
      /whole number/,
    );
  });

  it("is read in camelCase, and percent-encoded once more", () => {
    const filter = '{"predicates":[{"operation":1,"key":"name","stringValue":"a b"}]}';
    const expected = parseFilter(listableExperiment, filter);
    expect(expected.predicates[0]?.value).toBe("a b");
    expect(parseFilter(listableExperiment, encodeURIComponent(filter))).toEqual(expected);
    expect(parseFilter(listableExperiment, encodeURIComponent(filter).replaceAll("%20", "+"))).toEqual(expected);
  });

  it("on tags takes EQUALS and a text", () => {
    const filter = '{"predicates":[{"operation":"EQUALS","key":"tags.team","string_value":"a"}]}';
    expect(parseFilter(listablePipeline, filter)).toEqual({ predicates: [], tags: [{ tag: "team", value: "a" }] });
    expect(() => parseFilter(listableExperiment, filter)).toThrow(/unrecognized field "tags.team"/);
  });

  it.each([
    ["not JSON", "{", /^failed to parse valid filter from "{": it is not JSON/],
    [
      "an operation that is none",
      '{"predicates":[{"operation":"LIKE","key":"name","string_value":"a"}]}',
      /^failed to parse valid filter from .*operation: expected one of EQUALS/,
    ],
    ["a list", "[]", /expected an object/],
    ["an unknown field", '{"predicate":[]}', /unknown field "predicate"/],
    ["predicates that are no list", '{"predicates":{}}', /expected a list/],
    ["a predicate that is no object", '{"predicates":[1]}', /predicates\[0\]: expected an object/],
    [
      "no operation",
      '{"predicates":[{"key":"name","string_value":"a"}]}',
      /^Error using Filter\.Predicate\.Operation with go_client\.Predicate_Operation$/,
    ],
    [
      "operation 4",
      '{"predicates":[{"operation":4,"key":"name","string_value":"a"}]}',
      /^Error using Filter\.Predicate\.Operation/,
    ],
    [
      "no key",
      '{"predicates":[{"operation":1,"string_value":"a"}]}',
      /^Predicate key cannot be empty for operation EQUALS and value a$/,
    ],
    ["no value", '{"predicates":[{"operation":1,"key":"name"}]}', /^Error using Filter\.Predicate\.Value with <nil>$/],
    [
      "two values",
      '{"predicates":[{"operation":1,"key":"name","string_value":"a","int_value":1}]}',
      /exclude each other/,
    ],
    [
      "an unknown key",
      '{"predicates":[{"operation":1,"key":"colour","string_value":"a"}]}',
      /unrecognized field "colour"/,
    ],
    [
      "a key of Object",
      '{"predicates":[{"operation":1,"key":"constructor","string_value":"a"}]}',
      /unrecognized field/,
    ],
    [
      "IN with one value",
      '{"predicates":[{"operation":"IN","key":"name","string_value":"a"}]}',
      /^cannot use IN operator with scalar type string$/,
    ],
    [
      "a list without IN",
      '{"predicates":[{"operation":1,"key":"name","string_values":{"values":["a"]}}]}',
      /^cannot use scalar operator EQUALS on array type \[\]string$/,
    ],
    [
      "a substring of a number",
      '{"predicates":[{"operation":9,"key":"created_at","int_value":1}]}',
      /^cannot use non string value type string with operator 1$/,
    ],
    [
      "a text for an instant",
      '{"predicates":[{"operation":1,"key":"created_at","string_value":"a"}]}',
      /timestamp_value, or long_value/,
    ],
    ["a number for a text", '{"predicates":[{"operation":1,"key":"name","int_value":1}]}', /string_value/],
    [
      "a time that is none",
      '{"predicates":[{"operation":1,"key":"created_at","timestamp_value":"x"}]}',
      /expected an instant/,
    ],
    ["half a number", '{"predicates":[{"operation":1,"key":"created_at","int_value":1.5}]}', /whole number/],
    ["too many predicates", JSON.stringify({ predicates: Array(101).fill({}) }), /predicates: expected at most 100/],
    ["too long a text", `"${"x".repeat(100_001)}"`, /expected at most 100000 characters/],
    ["deep JSON", "[".repeat(50_000), /not JSON/],
  ])("with %s is refused, and the answer says where", (_, filter, message) => {
    expect(() => parseFilter(listableExperiment, filter)).toThrow(message);
    expect(() => parseFilter(listableExperiment, filter)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }) as Error,
    );
  });
});
