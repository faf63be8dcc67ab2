import { AnswerTooLarge, MAX_BODY_BYTES } from "../http/body.ts";

const LINE_FEED = 0x0a;

/**
 * The lines of a stream, wherever its chunks are cut: in the middle of a line, or of a letter. What comes last without a
 * line's end is no line: the connection was cut there.
 */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      begun.push(chunk.subarray(start, end));
      const line = Buffer.concat(begun).toString("utf8");
      begun = [];
      size = 0;
      start = end + 1;
      if (line !== "") yield line;
    }
    if (start === chunk.length) continue;
    begun.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_BODY_BYTES) throw new AnswerTooLarge();
  }
}
