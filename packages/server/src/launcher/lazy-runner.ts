import type { Runner } from "@kfp-ts/runner";

/** A runner that is made when it is first asked for: a server that executes nothing starts without it. */
export interface LazyRunner {
  get(): Promise<Runner>;
  /** Closes it, where there is one. From now on there is none. */
  close(): Promise<void>;
}

/** Makes a runner when it is first asked for. Where that fails, the next one who asks has it tried again. */
export function lazyRunner(make: () => Promise<Runner>): LazyRunner {
  let made: Promise<Runner> | undefined;
  let closed = false;
  return {
    get() {
      if (closed) return Promise.reject(new Error("the launcher is closed"));
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return made;
    },
    async close() {
      closed = true;
      const runner = await made?.catch(() => undefined);
      await runner?.close();
    },
  };
}
