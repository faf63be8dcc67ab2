const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The name of a run that a recurring run makes, as on a cluster: the name of its resource, the number of the run, and a
 * hash of both (FNV-1a of 32 bits). It is the same whoever makes the run.
 */
export function recurringRunsRunName(name: string, index: number): string {
  const text = `${name}-${index}`;
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return `${text}-${hash >>> 0}`;
}
