import type { RequestObserver, ResponseEvent } from "../call/observer.ts";

/** An answer, as far as a diagnosis looks at it. */
export interface HeardAnswer {
  readonly operation: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly durationMs: number;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** Listens to every answer that comes while connecting. */
export class Hearing {
  readonly answers: HeardAnswer[] = [];
  readonly observer: RequestObserver;

  constructor(wallTime: () => number, other: RequestObserver | undefined) {
    this.observer = {
      ...(other?.onRequest && { onRequest: other.onRequest.bind(other) }),
      ...(other?.onFailure && { onFailure: other.onFailure.bind(other) }),
      ...(other?.onRetry && { onRetry: other.onRetry.bind(other) }),
      onResponse: (event: ResponseEvent) => {
        const { operation, url, status, responseHeaders: headers, durationMs } = event;
        this.answers.push({ operation, url, status, headers, durationMs, at: wallTime() });
        other?.onResponse?.(event);
      },
    };
  }

  /**
   * How far the clock of the server is ahead of ours, in milliseconds; undefined where no answer said. The header has whole
   * seconds and the answer was on its way for a while, so half a second more or less says nothing.
   */
  get clockAheadMs(): number | undefined {
    for (const { headers, at, durationMs } of this.answers) {
      const said = Date.parse(headers.date ?? "");
      if (!Number.isNaN(said)) return said + 500 - (at - durationMs / 2);
    }
    return undefined;
  }
}
