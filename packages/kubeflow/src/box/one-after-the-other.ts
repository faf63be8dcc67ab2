/** Work that is done one piece after the other: of two at once the slower would bring back what the faster has replaced. */
export class OneAfterTheOther {
  #last: Promise<unknown> = Promise.resolve();

  /** Does something when all that was asked for before is done, whether or not that went well. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const outcome = this.#last.then(work);
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  /** Fulfilled when nothing is under way any more. */
  async idle(): Promise<void> {
    for (let last = undefined as unknown; last !== this.#last; ) {
      last = this.#last;
      await last;
    }
  }
}
