/** A manifest that was asked for cannot be made: the API server would refuse it, or it could not do what it is for. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  /** What to do about it. */
  readonly fix: string;

  /**
   * @param message - The thing and the fact.
   * @param fix - The remedy.
   */
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
