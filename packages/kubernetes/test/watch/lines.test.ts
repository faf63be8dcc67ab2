import { expect, test } from "vitest";
import { lines } from "../../src/watch/lines.ts";

async function* inChunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(chunks: AsyncIterable<Buffer>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(chunks)) found.push(line);
  return found;
}

test("lines are the same wherever the stream is cut, also inside of a letter", async () => {
  const text = 'eins\n{"größe":"€"}\n\nlast\n';
  for (let size = 1; size <= Buffer.byteLength(text); size += 1) {
    expect(await all(inChunks(text, size))).toEqual(["eins", '{"größe":"€"}', "last"]);
  }
});

test("what comes last without an end is no line", async () => {
  expect(await all(inChunks('{"a":1}\n{"b"', 3))).toEqual(['{"a":1}']);
});

test("a line of many megabytes comes whole", async () => {
  const long = "x".repeat(20 * 1024 * 1024);
  expect((await all(inChunks(`${long}\nend\n`, 64 * 1024))).map(({ length }) => length)).toEqual([long.length, 3]);
});

test("a line without end is an error, not all memory", async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    for (const chunk = Buffer.alloc(1024 * 1024, "x"); ; ) yield chunk;
  }
  await expect(all(endless())).rejects.toThrow();
});
