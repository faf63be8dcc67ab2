const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once when a signal aborts, at once where it has already. However many calls share one signal, it gets a
 * single listener: Node warns of a leak at the eleventh.
 *
 * @returns what stops the waiting.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const callbacks = waiting.get(signal) ?? listen(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
  };
}

/** The one listener stays for as long as its signal lives, and holds nothing but an empty set once all are done. */
function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener(
    "abort",
    () => {
      const all = [...callbacks];
      callbacks.clear();
      for (const callback of all) callback();
    },
    { once: true },
  );
  return callbacks;
}
