import { expect, test } from "vitest";
import { cannedServer } from "../canned-server.ts";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";

const server = cannedServer();
const get = (name: string) =>
  outcomeOf(fakeIo({ argv: ["runs", "get", name, "--endpoint", server.url, "--output", "name"] }));

/** A server with these runs, one on each page, that takes all of them for what was looked for. */
function runsOnPages(names: readonly string[]): () => number {
  let asked = 0;
  server.answer(({ url = "" }) => {
    asked += 1;
    const at = Number(new URL(url, "http://x").searchParams.get("page_token") ?? 0);
    const run = { run_id: `run-${at}`, display_name: names[at], created_at: "2026-01-31T12:00:00Z" };
    const next = at + 1 < names.length ? { next_page_token: String(at + 1) } : {};
    return { body: { runs: [run], total_size: names.length, ...next } };
  });
  return () => asked;
}

test("the one whose name is the same in every letter is found on any page", async () => {
  runsOnPages(["NIGHTLY", "Nightly", "nightly"]);
  expect(await get("nightly")).toMatchObject({ code: 0, stdout: "run/run-2\n" });
});

test("of very many with one name some are shown, and not all are asked for", async () => {
  const asked = runsOnPages(Array.from({ length: 500 }, () => "nightly"));
  const { code, stderr } = await get("nightly");
  expect(code).toBe(2);
  expect(stderr.match(/^ {2}run\/run-\d+$/gm)).toHaveLength(10);
  expect(stderr).toContain("There are more: kfp-ts runs list");
  expect(asked()).toBeLessThan(20);
});
