import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("time");

/** One of the caller's clocks ran out. */
export const timeErrors = {
  TIMEOUT: entry(
    "No answer in time",
    "One attempt took longer than timeoutMs.",
    "Raise timeoutMs, or find out why the server is slow.",
    true,
  ),
  TOTAL_TIMEOUT: entry(
    "The call took too long",
    "All attempts of one call together took longer than totalTimeoutMs.",
    "Raise totalTimeoutMs, or find out why the server is slow.",
    true,
  ),
  WAIT_TIMEOUT: entry(
    "The run has not ended in time",
    "The run was still under way when the time for waiting was over. It goes on.",
    "Wait again, longer; or terminate the run.",
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
