import type { Output } from "../io.ts";
import { columnsOf } from "../output/printable.ts";

/** Some lines at the end of a terminal that are written anew, and what stays above them. */
export class RewrittenArea {
  readonly #output: Output;
  #widths: readonly number[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  /** Puts lines in the place of those that stand there. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join("");
    this.#output.write(this.#clearing() + text);
    this.#widths = lines.map(columnsOf);
  }

  /** Writes lines that stay, above the others, which are taken away until they are drawn again. */
  keep(text: string): void {
    this.#output.write(this.#clearing() + text);
    this.#widths = [];
  }

  /** Takes the lines away. */
  clear(): void {
    if (this.#widths.length > 0) this.keep("");
  }

  /** Goes to the first of the lines, and empties all below. A terminal that has become narrower has broken them in two. */
  #clearing(): string {
    const columns = this.#output.columns || 80;
    const rows = this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? "" : `\r\u001b[${rows}A\u001b[J`;
  }
}
