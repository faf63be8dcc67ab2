import type { Clock } from "../clock.ts";
import type { Probe, ProbeName } from "./diagnosis.ts";

/** What a probe came to. */
export type Seen = Omit<Probe, "name" | "durationMs">;

/** The order in which probes are shown, whichever came to its end first. */
const order: readonly ProbeName[] = [
  "environment",
  "files",
  "way",
  "cluster",
  "proxy",
  "dns",
  "tcp",
  "tls",
  "http",
  "gateway",
  "login",
  "identity",
  "namespace",
  "versions",
  "clock",
];

/** Everything that was looked at. */
export class Probes {
  readonly #clock: Clock;
  readonly #tell: ((probe: Probe) => void) | undefined;
  readonly #all: Probe[] = [];

  constructor(clock: Clock, tell: ((probe: Probe) => void) | undefined) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The clock that durations are measured with, in milliseconds. */
  get now(): number {
    return this.#clock.now();
  }

  /** All of them, in the order in which they are shown. */
  get all(): readonly Probe[] {
    return order.flatMap((name) => this.#all.filter((probe) => probe.name === name));
  }

  /** Looks at something, and notes how long that took. */
  async look(name: ProbeName, work: () => Promise<Seen | readonly Seen[]>): Promise<readonly Seen[]> {
    const began = this.#clock.now();
    const seen = [await work()].flat();
    for (const one of seen) this.note(name, one, this.#clock.now() - began);
    return seen;
  }

  /** Notes something that was seen. */
  note(name: ProbeName, seen: Seen, durationMs = 0): void {
    const probe: Probe = { name, ...seen, durationMs: Math.round(durationMs) };
    this.#all.push(probe);
    try {
      this.#tell?.(probe);
    } catch {
      // Whoever looks on does not change what happens.
    }
  }
}

export const good = (saw: string): Seen => ({ outcome: "good", saw });
export const noted = (saw: string, code?: Probe["code"]): Seen => ({ outcome: "noted", saw, ...(code && { code }) });
export const failed = (saw: string, code?: Probe["code"]): Seen => ({ outcome: "failed", saw, ...(code && { code }) });
export const skipped = (saw: string): Seen => ({ outcome: "skipped", saw });
