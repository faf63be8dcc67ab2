import { beforeAll, describe, expect, test } from "vitest";
import { embeddedServer } from "../embedded.ts";

const { kfp, ok, json } = embeddedServer();
const names = Array.from({ length: 5 }, (_, index) => `paged ${index}`);

beforeAll(async () => {
  for (const name of names) await ok(["experiments", "create", name]);
});

const paged = ["experiments", "list", "--filter", "name~paged", "--sort-by", "name"];
const shown = (table: string) => [...table.matchAll(/^paged \d/gm)].map(([name]) => name);

describe("pages", () => {
  test("a page that has a next one says a command for it that can be pasted, on stderr", async () => {
    let { stdout, stderr } = await kfp([...paged, "--page-size", "2"]);
    expect(shown(stdout)).toEqual(["paged 0", "paged 1"]);
    expect(stderr).toContain("2 of 5 experiments. The next page, or --all for all of them:");
    const seen = shown(stdout);
    for (let page = 0; page < 2; page++) {
      const argv = commandIn(stderr);
      ({ stdout, stderr } = await kfp(argv));
      seen.push(...shown(stdout));
    }
    expect(seen).toEqual(names);
    expect(stderr).toBe("");
  });

  test("all are shown with --all, whatever the page size", async () => {
    const { stdout, stderr } = await kfp([...paged, "--page-size", "2", "--all"]);
    expect(shown(stdout)).toEqual(names);
    expect(stderr).toBe("");
  });

  test("JSON is the answer of the API: the page has its own token, and stderr stays empty", async () => {
    const { stdout, stderr } = await kfp([...paged, "--page-size", "2", "-o", "json"]);
    expect(stderr).toBe("");
    const page = JSON.parse(stdout);
    expect(Object.keys(page).sort()).toEqual(["experiments", "next_page_token", "total_size"]);
    expect(page).toMatchObject({
      total_size: 5,
      experiments: [{ display_name: "paged 0" }, { display_name: "paged 1" }],
    });
    const all = await json([...paged, "--all"]);
    expect(all).toMatchObject({ total_size: 5 });
    expect(all.experiments).toHaveLength(5);
    expect(all).not.toHaveProperty("next_page_token");
  });

  test("an empty page still has its list in JSON, and says so to people", async () => {
    const none = ["experiments", "list", "--filter", "name=none"];
    expect(await json(none)).toEqual({ experiments: [], total_size: 0 });
    expect(await kfp(none)).toMatchObject({ code: 0, stderr: "No experiments found.\n" });
  });

  test("--all and --page-token exclude each other", async () => {
    expect(await kfp([...paged, "--all", "--page-token", "x"])).toMatchObject({ code: 2 });
  });

  test("a page token of another list is refused by the server, with exit code 1", async () => {
    const { next_page_token: token } = await json([...paged, "--page-size", "2"]);
    const other = await kfp(["experiments", "list", "--page-token", String(token), "--sort-by", "id"]);
    expect(other).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("order and filters", () => {
  test("the newest comes first, unless another order is asked for", async () => {
    const newest = await json(["experiments", "list", "--sort-by", "created_at desc", "--all"]);
    expect(await json(["experiments", "list", "--all"])).toEqual(newest);
    expect(shown(await ok([...paged.slice(0, 4), "--sort-by", "name desc"]))).toEqual(names.toReversed());
  });

  test("several filters hold together, and the API's own JSON is taken", async () => {
    expect(
      shown(await ok([...paged, "--filter", "name!=paged 0", "--filter", "storage_state=AVAILABLE"])),
    ).toHaveLength(4);
    const own = '{"predicates":[{"operation":"EQUALS","key":"name","string_value":"paged 3"}]}';
    expect(shown(await ok(["experiments", "list", "--filter", own]))).toEqual(["paged 3"]);
  });

  test("a field that the server does not know is its business to refuse", async () => {
    const { code, stderr } = await kfp(["experiments", "list", "--filter", "colour=red"]);
    expect(code).toBe(1);
    expect(stderr).toContain("colour");
  });
});

/** The words of the command in a hint, as a shell reads them. */
function commandIn(stderr: string): string[] {
  const line = /^ {2}kfp-ts (.*)$/m.exec(stderr)?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}
