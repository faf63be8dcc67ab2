/**
 * A way for pieces of an answer from who receives it to who reads it: a piece is taken when it is asked for, so that
 * nothing piles up between them.
 */
export class Pieces {
  #waiting: { readonly piece: Uint8Array; readonly taken: () => void } | undefined;
  #end: { readonly error: unknown } | "good" | undefined;
  #wake: () => void = () => {};

  /** Brings a piece. @returns a promise that is fulfilled once it has been read. */
  readonly take = (piece: Uint8Array): Promise<void> =>
    new Promise((taken) => {
      this.#waiting = { piece, taken };
      this.#wake();
    });

  /** Says that no more pieces come, and why: nothing where that is all. */
  finish(failure?: { readonly error: unknown }): void {
    this.#end ??= failure ?? "good";
    this.#wake();
  }

  /** The pieces. Throws what they were ended with. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const waiting = this.#waiting;
      if (waiting !== undefined) {
        this.#waiting = undefined;
        yield waiting.piece;
        waiting.taken();
      } else if (this.#end === "good") {
        return;
      } else if (this.#end !== undefined) {
        throw this.#end.error;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
