import { expect, test, vi } from "vitest";
import { startProvider } from "./provider-under-test.ts";

test("nothing that its library wants to say reaches the terminal", async () => {
  const said = (["log", "info", "warn", "error"] as const).map((how) => vi.spyOn(console, how).mockReturnValue());
  const warn = console.warn;
  await using under = await startProvider();
  expect((await fetch(`${under.issuer}/keys`)).status).toBe(200);
  expect(said.flatMap(({ mock }) => mock.calls)).toEqual([]);
  expect(console.warn).toBe(warn);
});
