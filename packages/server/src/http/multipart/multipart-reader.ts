/** Why a body is no multipart form. */
export class MultipartError extends Error {
  override readonly name = "MultipartError";
}

/** Takes the content of one part, chunk by chunk; `end` is called once it is complete. */
export interface PartSink {
  write(chunk: Buffer): void;
  end(): void;
}

type State = "preamble" | "after delimiter" | "headers" | "content" | "epilogue";

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_PARTS = 100;
const CRLF = Buffer.from("\r\n");
const BLANK_LINE = Buffer.from("\r\n\r\n");

/**
 * Reads a multipart body (RFC 2046) as it arrives, and holds no more of it than a delimiter's length. Written here
 * because a library would parse much that is never wanted: one file out of the form is, and all else is thrown away.
 */
export class MultipartReader {
  readonly #delimiter: Buffer;
  readonly #onPart: (header: string) => PartSink | undefined;
  #state: State = "preamble";
  /** What has arrived and could not be read yet. A line break comes before the first delimiter, too, for uniformity. */
  #rest: Buffer = CRLF;
  #sink: PartSink | undefined;
  #parts = 0;

  /**
   * @param boundary - As the content type names it.
   * @param onPart - Given the header lines of a part, says who takes its content; undefined throws it away.
   */
  constructor(boundary: string, onPart: (header: string) => PartSink | undefined) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
    this.#onPart = onPart;
  }

  /** @throws MultipartError, and what sinks throw. */
  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#step());
  }

  /** @throws MultipartError where the body has ended too early. */
  end(): void {
    if (this.#state === "preamble") throw new MultipartError("the body has no part");
    if (this.#state !== "epilogue") throw new MultipartError("the body ends in the middle of a part");
  }

  /** Reads on; false where more has to arrive first. */
  #step(): boolean {
    switch (this.#state) {
      case "preamble":
      case "content":
        return this.#readContent();
      case "after delimiter":
        return this.#readDelimiterEnd();
      case "headers":
        return this.#readHeaders();
      case "epilogue":
        this.#rest = Buffer.alloc(0);
        return false;
    }
  }

  #readContent(): boolean {
    const at = this.#rest.indexOf(this.#delimiter);
    const length = at === -1 ? Math.max(0, this.#rest.length - this.#delimiter.length + 1) : at;
    if (length > 0) this.#sink?.write(this.#rest.subarray(0, length));
    if (at === -1) {
      this.#rest = this.#rest.subarray(length);
      return false;
    }
    this.#sink?.end();
    this.#sink = undefined;
    this.#rest = this.#rest.subarray(at + this.#delimiter.length);
    this.#state = "after delimiter";
    return true;
  }

  #readDelimiterEnd(): boolean {
    if (this.#rest.length < 2) return false;
    if (this.#rest.toString("latin1", 0, 2) === "--") {
      this.#state = "epilogue";
      return true;
    }
    const end = this.#rest.indexOf(CRLF);
    if (end === -1 && this.#rest.length <= MAX_HEADER_BYTES) return false;
    if (end === -1 || /[^ \t]/.test(this.#rest.toString("latin1", 0, end))) {
      throw new MultipartError("there is something behind a boundary");
    }
    if (++this.#parts > MAX_PARTS) throw new MultipartError(`there are more than ${MAX_PARTS} parts`);
    // The line break stays: a part without headers has its blank line right here.
    this.#rest = this.#rest.subarray(end);
    this.#state = "headers";
    return true;
  }

  #readHeaders(): boolean {
    const end = this.#rest.indexOf(BLANK_LINE);
    if (end > MAX_HEADER_BYTES || (end === -1 && this.#rest.length > MAX_HEADER_BYTES)) {
      throw new MultipartError(`the headers of a part are larger than ${MAX_HEADER_BYTES} bytes`);
    }
    if (end === -1) return false;
    this.#sink = this.#onPart(this.#rest.toString("utf8", CRLF.length, Math.max(end, CRLF.length)));
    this.#rest = this.#rest.subarray(end + BLANK_LINE.length);
    this.#state = "content";
    return true;
  }
}
