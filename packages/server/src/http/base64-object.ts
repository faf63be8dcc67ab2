/** `{"data":"…"}` with a content in base64, written as the content comes. */
export async function* base64Object(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"data":"');
  // Three bytes make four characters: what is over is kept for the next chunk.
  let over = Buffer.alloc(0);
  for await (const chunk of content) {
    const bytes = over.length === 0 ? Buffer.from(chunk) : Buffer.concat([over, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    over = bytes.subarray(whole);
    if (whole > 0) yield Buffer.from(bytes.subarray(0, whole).toString("base64"));
  }
  yield Buffer.from(`${over.toString("base64")}"}`);
}
