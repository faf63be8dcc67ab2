import type { Clock } from "../clock.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import { ConnectError } from "./connect-error.ts";
import type { AskedAddress, ConnectSource, ConnectStep } from "./connect-step.ts";

/** Everything that was looked at, as it comes. */
export class Trail {
  readonly #clock: Clock;
  readonly #tell: ((step: ConnectStep) => void) | undefined;
  readonly #steps: ConnectStep[] = [];
  #began: number;
  #asked: readonly AskedAddress[] = [];

  constructor(clock: Clock, tell: ((step: ConnectStep) => void) | undefined) {
    this.#clock = clock;
    this.#tell = tell;
    this.#began = clock.now();
  }

  get steps(): readonly ConnectStep[] {
    return [...this.#steps];
  }

  /** Something is looked at from now on. */
  begin(): void {
    this.#began = this.#clock.now();
    this.#asked = [];
  }

  /** Notes requests of the step that is under way. */
  ask(asked: readonly AskedAddress[]): void {
    this.#asked = [...this.#asked, ...asked];
  }

  /** Says what came of it. */
  add(source: ConnectSource, outcome: ConnectStep["outcome"], fact: string, asked: readonly AskedAddress[] = []): void {
    const durationMs = this.#clock.now() - this.#began;
    const step: ConnectStep = { source, outcome, fact, asked: [...this.#asked, ...asked], durationMs };
    this.#steps.push(step);
    this.begin();
    try {
      this.#tell?.(step);
    } catch {
      // Whoever looks on does not change what happens.
    }
  }

  /** The error for what ends the search, with all that was looked at. */
  failed(source: ConnectSource, error: KfpError): ConnectError {
    if (error instanceof ConnectError) return error;
    const message = error.message.replace(/^(healthz\.get|experiments\.list): /, "");
    this.add(source, "failed", message);
    return new ConnectError(error.code, { message, fix: error.fix, cause: error }, this.steps);
  }
}
