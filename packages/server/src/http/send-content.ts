import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Content } from "./exchange.ts";

/**
 * Sends a content as it comes, no faster than the client takes it. It ends when the content does, when the client is
 * gone, or when `stopped` is aborted; then the connection is cut, so that nobody takes a part for the whole.
 */
export async function sendContent(
  outgoing: ServerResponse,
  { content, end }: Content,
  stopped: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const stop = (): void => {
    over.abort();
    end?.();
  };
  outgoing.once("close", stop);
  stopped.addEventListener("abort", stop, { once: true });
  if (stopped.aborted || outgoing.destroyed) stop();
  try {
    // What is known so far is shown at once, also of a log that nothing is written to yet.
    outgoing.flushHeaders();
    for await (const chunk of content) {
      if (over.signal.aborted) break;
      if (!outgoing.write(chunk)) await once(outgoing, "drain", { signal: over.signal });
    }
  } catch (error) {
    outgoing.destroy();
    if (!over.signal.aborted) throw error;
  } finally {
    outgoing.off("close", stop);
    stopped.removeEventListener("abort", stop);
  }
  if (outgoing.destroyed) return;
  if (over.signal.aborted) outgoing.destroy();
  else outgoing.end();
}
