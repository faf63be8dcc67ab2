import { expect, test } from "vitest";
import { columnsOf, printable } from "../../src/output/printable.ts";
import { plain, styleFor } from "../../src/output/style.ts";
import { formatFacts, formatTable } from "../../src/output/table.ts";

test("columns are aligned, two spaces apart, without spaces at the end of a line", () => {
  const text = formatTable(
    ["NAME", "ID"],
    [
      ["a", "1"],
      ["a longer one", ""],
    ],
    plain,
  );
  expect(text).toBe("NAME          ID\na             1\na longer one\n");
});

test("nothing is cut off, however long it is", () => {
  const long = "x".repeat(500);
  expect(formatTable(["NAME"], [[long]], plain)).toContain(long);
});

test("wide characters, marks and colours do not move the columns", () => {
  expect(columnsOf("日本")).toBe(4);
  expect(columnsOf("é")).toBe(1);
  expect(columnsOf("e\u0301")).toBe(1);
  expect(columnsOf("🚀")).toBe(2);
  expect(columnsOf("\u001b[31mred\u001b[39m")).toBe(3);
});

test("text from elsewhere cannot steer the terminal", () => {
  expect(printable("a\u001b[2Jb")).toBe("a\\x1b[2Jb");
  expect(printable("a\nb\tc\r")).toBe("a\\nb\\tc\\x0d");
  expect(printable("abc\u202etxt")).toBe("abc\\u202etxt");
  expect(printable("grüße 日本 🚀")).toBe("grüße 日本 🚀");
});

test("facts without a value are left out, and lines of a value stay below each other", () => {
  expect(
    formatFacts(
      [
        ["Name", "a"],
        ["Note", ""],
        ["Parameters", "x=1\ny=2"],
      ],
      plain,
    ),
  ).toBe("Name:        a\nParameters:  x=1\n             y=2\n");
});

test("colours come on a terminal only, and never with NO_COLOR or on a dumb terminal", () => {
  expect(styleFor(true, {}).red("x")).toBe("\u001b[31mx\u001b[39m");
  expect(styleFor(false, {}).red("x")).toBe("x");
  expect(styleFor(true, { NO_COLOR: "1" }).red("x")).toBe("x");
  expect(styleFor(true, { NO_COLOR: "" }).red("x")).not.toBe("x");
  expect(styleFor(true, { TERM: "dumb" }).red("x")).toBe("x");
});
