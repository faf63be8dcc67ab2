import { singleFlight } from "../credentials/single-flight.ts";
import { type Endpoint, parseEndpoint } from "../endpoint.ts";
import { onAbort } from "../on-abort.ts";

/** Where the API is: known from the beginning, or found when it is first needed. */
export class EndpointSource {
  readonly #find: () => Promise<Endpoint>;
  #known: Endpoint | undefined;

  private constructor(known: Endpoint | undefined, find: () => Promise<Endpoint>) {
    this.#known = known;
    this.#find = singleFlight(async () => {
      const found = await find();
      this.#known = found;
      return found;
    });
  }

  /** An endpoint that was given. */
  static given(endpoint: Endpoint): EndpointSource {
    return new EndpointSource(endpoint, async () => endpoint);
  }

  /** One that has to be found; what fails is tried again by the next who asks. */
  static found(find: () => Promise<string>): EndpointSource {
    return new EndpointSource(undefined, async () => parseEndpoint(await find()));
  }

  /** Undefined until it is found. */
  get known(): Endpoint | undefined {
    return this.#known;
  }

  /** Finds it, once for all who ask at the same time. The signal ends only the waiting of this one. */
  find(signal: AbortSignal | undefined): Promise<Endpoint> {
    if (this.#known !== undefined) return Promise.resolve(this.#known);
    const finding = this.#find();
    if (signal === undefined) return finding;
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, () => reject(signal.reason));
      finding.then(resolve, reject).finally(forget);
    });
  }
}
