/** Lines that say how far a script is: `[2/4] building … 3.1 s`. */

/**
 * A duration as people read it.
 * @param {number} milliseconds
 */
export const seconds = (milliseconds) =>
  milliseconds < 59_950
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;

/**
 * Steps counted against a total that is known beforehand. Where a person watches, a step shows its running time and is
 * then replaced by its result; a log gets one line when a step begins and one when it ends.
 */
export class Progress {
  /** @type {number} */ #total;
  /** @type {NodeJS.WriteStream} */ #stream;
  #step = 0;

  /**
   * @param {number} total how many steps there will be
   * @param {NodeJS.WriteStream} [stream] where to write; stderr, because stdout belongs to results
   */
  constructor(total, stream = process.stderr) {
    this.#total = total;
    this.#stream = stream;
  }

  /**
   * Does one step. What it returns as a string, or `detail`, stands behind the time.
   * @template T
   * @param {string} what the step in one or two words
   * @param {() => Promise<T>} work
   * @param {(result: T) => string} [detail] a few words about the result
   * @param {boolean} [talks] whether the work writes to the terminal itself, so that its line has to be left alone
   * @returns {Promise<T>}
   */
  async step(what, work, detail, talks = false) {
    this.#step += 1;
    const label = `[${this.#step}/${this.#total}] ${what}`;
    const began = performance.now();
    const elapsed = () => seconds(performance.now() - began);
    const ticking = this.#begin(label, elapsed, talks);
    try {
      const result = await work();
      this.#end(ticking, `${label} … ${elapsed()}  ${detail?.(result) ?? ""}`.trimEnd());
      return result;
    } catch (error) {
      this.#end(ticking, `${label} … failed after ${elapsed()}`);
      throw error;
    }
  }

  /**
   * @param {string} label
   * @param {() => string} elapsed
   * @param {boolean} talks
   */
  #begin(label, elapsed, talks) {
    if (talks || !this.#stream.isTTY) {
      this.#stream.write(`${label} …\n`);
      return setInterval(() => this.#stream.write(`${label} … ${elapsed()}\n`), 15_000).unref();
    }
    this.#stream.write(`${label} …`);
    return setInterval(() => this.#stream.write(`\r${label} … ${elapsed()}`), 500).unref();
  }

  /**
   * @param {NodeJS.Timeout} ticking
   * @param {string} line
   */
  #end(ticking, line) {
    clearInterval(ticking);
    this.#stream.write(this.#stream.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  }
}
