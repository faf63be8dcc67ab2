import type { Runner, RunnerOptions } from "@kfp-ts/runner";
import type { Log } from "../ports/log.ts";

/** The runner of this machine. Its package is large, and is loaded when the first run is to be executed. */
export async function createDefaultRunner(options: RunnerOptions): Promise<Runner> {
  const { createRunner } = await import("@kfp-ts/runner");
  return createRunner(options);
}

/** Tells the log where runs are to be kept apart and cannot be: they will all fail. */
export async function warnWhereNotIsolated(log: Log): Promise<void> {
  try {
    const { bubblewrap } = await import("@kfp-ts/runner");
    const reason = await bubblewrap().unavailable();
    if (reason === undefined) return;
    log.warn(
      { reason },
      "runs cannot be kept apart here, so none is executed: each ends FAILED with ISOLATION_UNAVAILABLE. " +
        "Install bubblewrap (Debian: apt-get install bubblewrap), or serve with --no-run to record runs only",
    );
  } catch (error) {
    log.warn({ err: error }, "it is not known whether runs can be kept apart here");
  }
}
