const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;

/**
 * Whether a JSON text could hold more values than these, told by its punctuation and without reading them: what a value
 * costs to read is out of proportion to what it costs to send, so this is asked before.
 */
export function holdsMoreValues(json: Uint8Array, most: number): boolean {
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfText(json, at);
    else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values += 1;
      if (values > most) return true;
    }
  }
  return false;
}

/** Where the quote is that ends the text which begins at a quote. */
function endOfText(json: Uint8Array, begin: number): number {
  for (let end = json.indexOf(QUOTE, begin + 1); end !== -1; end = json.indexOf(QUOTE, end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
