import { describe, expect, it } from "vitest";
import { readYaml, writeYaml } from "../../src/pipeline-spec/yaml.ts";
import { thrownBy } from "./samples.ts";

const value = (text: string) => (readYaml(`a: ${text}`)[0] as { a: unknown }).a;
const refusal = (text: string) => thrownBy(() => readYaml(text)).message;

describe("what has no quotes is read as PyYAML reads it", () => {
  it.each([
    ["y", "y"],
    ["N", "N"],
    ["yes", true],
    ["Off", false],
    ["1e5", "1e5"],
    ["1.0e5", "1.0e5"],
    ["1.0e+5", 100_000],
    ["1.e-07", 1e-7],
    ["012", 10],
    ["08", "08"],
    ["0o14", "0o14"],
    ["0x1F", 31],
    ["-0b11", -3],
    ["1_000", 1000],
    ["1:30", 90],
    ["190:20:30.5", 685_230.5],
    ["+.5", "+.5"],
    [".5", 0.5],
    ["1.", 1],
    ["~", null],
    ["", null],
    ["NULL", null],
    ["=", "="],
    ["2024-01-01", "2024-01-01"],
    ["2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"],
    ["!!timestamp 2024-01-01", "2024-01-01"],
    ["!!float 1", 1],
    ["!!str 1", "1"],
  ])("%s", (text, expected) => expect(value(text)).toBe(expected));

  it("a parameter called y keeps its name", () => {
    expect(readYaml("x: 1\ny: 2\nn: 3")).toEqual([{ x: 1, y: 2, n: 3 }]);
  });

  it("a text that is JSON is read as JSON", () => {
    expect(readYaml('{"a": 1e-07, "b": "\\/"}')).toEqual([{ a: 1e-7, b: "/" }]);
  });
});

describe("lines that begin too far left for YAML 1.2 are read as PyYAML reads them", () => {
  it.each([
    ['a:\n  - "x\n  y"\nb: 1', [{ a: ["x y"], b: 1 }]],
    ["a:\n  - 'it''s\n\n  y'\nb: 1", [{ a: ["it's\ny"], b: 1 }]],
    ['a:\n  - "x\\\n  \\ y \\"z\\"\n  - end"\nb: 1', [{ a: ['x y "z" - end'], b: 1 }]],
    ['a:\n  - "x\n  y\u2028z\u2029w"', [{ a: ["x y\u2028z\u2029w"] }]],
    ["a: [\n1,\n'x\ny'\n]\nb: {\n}", [{ a: [1, "x y"], b: {} }]],
    ['a:\r\n  b: "x\r\n  y"\r\n', [{ a: { b: "x y" } }]],
  ])("%j", (text, expected) => expect(readYaml(text)).toEqual(expected));

  it.each(['a:\n  - "\n', "a:\n  - {b: \n", "a:\n  - 'x\n  y\n"])(
    "but what is never closed is a mistake: %j",
    (text) => {
      expect(refusal(text)).toMatch(/\(line \d+, column \d+\)$/);
    },
  );

  it("but a document marker inside of quotes is a mistake", () => {
    expect(refusal('a: "x\n---\ny"')).toContain("deficient indentation (line 2, column 1)");
  });

  it("and a long text of them is given up after a bounded number of attempts", () => {
    const text = `a:\n${'  - "x\n  y"\n'.repeat(20_000)}`;
    expect(refusal(text)).toContain("deficient indentation");
  });
});

describe("a hostile text is refused", () => {
  it.each([
    ["a flow of 10,000 lists", "[".repeat(10_000)],
    ["10,000 lists in a line", `${"- ".repeat(10_000)}a`],
    ["10,000 keys in a staircase", Array.from({ length: 10_000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["10,000 lists of JSON", `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["an alias of itself", "&a [*a]"],
  ])("%s", (_, text) => expect(refusal(text)).toContain("it is nested deeper than 200 levels"));

  it("what is nested 200 levels deep is not", () => {
    expect(readYaml(`${"[".repeat(200)}${"]".repeat(200)}`)).toHaveLength(1);
  });

  it.each([
    ["values", "&a [x,x,x,x,x,x,x,x,x,x]", "it holds more than 1000000 values"],
    ["texts", `"${"x".repeat(100_000)}"`, "its texts have more than 67108864 characters"],
  ])("a bomb of aliases to %s", (_, seed, message) => {
    const lines = [`a0: &a0 ${seed.replace("&a ", "")}`];
    for (let level = 1; level <= 9; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(",")}]`,
      );
    }
    expect(refusal(lines.join("\n"))).toContain(message);
  });

  it("a bomb in parts, one in every document", () => {
    const part = `a: &a [${"x,".repeat(1000)}]\nb: &b [${"*a,".repeat(100)}]\n`;
    expect(readYaml(part)).toHaveLength(1);
    expect(refusal(Array(11).fill(part).join("---\n"))).toContain("it holds more than 1000000 values");
  });

  it("aliases within the bounds are written out", () => {
    const [document] = readYaml("a: &x {k: [1]}\nb: *x\nc: {<<: *x, l: 2}") as [Record<string, unknown>];
    expect(document).toEqual({ a: { k: [1] }, b: { k: [1] }, c: { k: [1], l: 2 } });
    expect(document.a).not.toBe(document.b);
  });

  it.each([
    ["a: {b: [1, .inf]}", "a.b[1]: Infinity is a number that JSON can not carry"],
    ["a b: .nan", '["a b"]: NaN is a number that JSON can not carry'],
    ['{"a": 1e999}', "a: Infinity is a number that JSON can not carry"],
    ['{"a": "\\ud800"}', "a: the text holds half of a character (a lone surrogate)"],
    ["a: !!binary aGk=", "unknown scalar tag !<tag:yaml.org,2002:binary> (line 1, column 4)"],
    ["a: !!python/object:os.system x", "unknown scalar tag"],
    ["a: !!set {x}", "unknown mapping tag"],
    ["? [a]\n: b", "object-based map does not support complex keys"],
    ["a: 1\na: 2", "duplicated mapping key (line 2, column 1)"],
    ["a: \u0001", "the stream contains non-printable characters"],
    ["a: *b", 'unidentified alias "b"'],
    ["a: b: c: [", "(line 1, column 5)"],
  ])("%j", (text, message) => expect(refusal(text)).toContain(message));

  it.each(["__proto__: {polluted: true}\na: 1", '{"__proto__": {"polluted": true}, "a": 1}'])(
    "%j is only a key",
    (text) => {
      const [document] = readYaml(text) as [object];
      expect(Object.keys(document)).toEqual(["__proto__", "a"]);
      expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
      expect("polluted" in {}).toBe(false);
    },
  );
});

describe("what is written", () => {
  it("reads back equal, whatever words YAML 1.1 and 1.2 take for values", () => {
    const words = [
      "yes",
      "y",
      "no",
      "on",
      "1e5",
      "012",
      "0o14",
      "1:30",
      "2024-01-01",
      "<<",
      "=",
      "~",
      "null",
      "",
      "-",
      "0x1F",
    ];
    const texts = [
      "a\nb\n",
      " x",
      "x ",
      "# x",
      "a: b",
      "é\u0085\ud83d\ude00\u0001",
      "x".repeat(300),
      "\t",
      "'\"",
      "---",
    ];
    const numbers = [0, 9, -1.5, 1e-7, 1e21, 1.5e300, 5e-324, 123456789012345680000];
    const all = [...words, ...texts];
    const document = {
      ...Object.fromEntries(all.map((word) => [word, word])),
      numbers,
      all,
      empty: [{}, [], null, true],
    };
    expect(readYaml(writeYaml(document))).toEqual([document]);
  });

  it("quotes 1.1 words, folds no line and shares nothing", () => {
    const shared = { long: "word ".repeat(100).trim() };
    expect(writeYaml({ a: "yes", b: shared, c: shared })).toBe(
      `a: 'yes'\nb:\n  long: ${shared.long}\nc:\n  long: ${shared.long}\n`,
    );
  });
});
