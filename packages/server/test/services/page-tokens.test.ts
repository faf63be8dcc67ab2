import { describe, expect, it } from "vitest";
import { type PageToken, pageTokens } from "../../src/services/page-tokens.ts";

const withKey = (key: string) => pageTokens({ secret: async () => Buffer.from(key.padEnd(32, "-")) });
const token: PageToken = {
  listable: "Run",
  scope: "e1",
  sortBy: "name desc",
  filter: '{"predicates":[]}',
  after: { value: "name ü", id: "id-1" },
};

describe("a page token", () => {
  it("gives back what it was made of, in characters that need no escaping in a URL", async () => {
    const tokens = withKey("a");
    const text = await tokens.encode(token);
    expect(text).toMatch(/^[\w-]+$/);
    expect(await tokens.decode(text)).toEqual(token);
    expect(await tokens.decode(await tokens.encode({ ...token, after: { value: 0, id: "" } }))).toMatchObject({
      after: { value: 0, id: "" },
    });
  });

  it("is understood by another server on the same database, and by no server on another one", async () => {
    const text = await withKey("a").encode(token);
    expect(await withKey("a").decode(text)).toEqual(token);
    await expect(withKey("b").decode(text)).rejects.toThrow("Invalid page token");
  });

  it("is refused when a single character of it was changed", async () => {
    const tokens = withKey("a");
    const text = await tokens.encode(token);
    for (let index = 0; index < text.length; index++) {
      const changed = text.slice(0, index) + (text[index] === "A" ? "B" : "A") + text.slice(index + 1);
      await expect(tokens.decode(changed), `character ${index}`).rejects.toThrow("Invalid page token");
    }
  });

  it.each(["garbage", "e30x", "=", "%", "A".repeat(10_000), "", "\0", "ü"])(
    "that nobody made is refused: %j",
    async (text) => {
      await expect(withKey("a").decode(text)).rejects.toThrow("Invalid page token");
    },
  );

  it("stays short with a long filter", async () => {
    const values = Array.from(
      { length: 100 },
      (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    );
    const filter = JSON.stringify({ predicates: [{ operation: "IN", key: "id", string_values: { values } }] });
    const text = await withKey("a").encode({ ...token, filter });
    expect(text.length).toBeLessThan(1500);
    expect(await withKey("a").decode(text)).toMatchObject({ filter });
  });

  it("that would not fit into a URL is not made, and the answer says what to do", async () => {
    const noise = Array.from({ length: 30_000 }, () => String.fromCodePoint(33 + Math.floor(Math.random() * 90))).join(
      "",
    );
    await expect(withKey("a").encode({ ...token, after: { value: noise, id: "i" } })).rejects.toThrow(
      /cannot be continued.*sort_by "name desc".*sort by another field/,
    );
  });

  it("asks for its key again when it could not be had", async () => {
    let calls = 0;
    const tokens = pageTokens({
      secret: async () => {
        calls += 1;
        if (calls === 1) throw new Error("the database is busy");
        return Buffer.alloc(32);
      },
    });
    await expect(tokens.encode(token)).rejects.toThrow("busy");
    await expect(tokens.encode(token)).resolves.toMatch(/./);
    await tokens.encode(token);
    expect(calls).toBe(2);
  });
});
