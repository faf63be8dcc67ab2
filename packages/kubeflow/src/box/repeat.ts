/**
 * Does something again and again, never twice at once, and without keeping the process alive for it.
 *
 * @param onFailure - Told of a failure once, and again after it has gone well or fails in another way.
 * @returns what ends it
 */
export function repeat(everyMs: number, work: () => Promise<unknown>, onFailure: (error: Error) => void): () => void {
  let busy = false;
  let told: string | undefined;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      await work();
      told = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== told) onFailure(error as Error);
      told = message;
    } finally {
      busy = false;
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
