import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { accessTable } from "./documented-access.ts";

const page = readFileSync(new URL("../../../../docs/compatibility.md", import.meta.url), "utf8");

it("the page on compatibility has the access that each operation takes, as the table of operations has it", () => {
  const [, table = ""] = /<!-- access:begin -->([\s\S]*)<!-- access:end -->/.exec(page) ?? [];
  expect(table.trim()).toBe(accessTable());
});
