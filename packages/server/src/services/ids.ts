import { createHash, randomFillSync } from "node:crypto";
import type { Clock } from "../ports/clock.ts";

/** Makes ids. */
export type NewId = () => string;

/** The widest counter that fits beside a millisecond: 12 bits. */
const MAX_COUNTER = 0xfff;
/** A counter starts below this, so that a busy millisecond has room to count up. */
const FIRST_COUNTER_BELOW = 0x400;
const RANDOM_BYTES = 10;
/** So many are drawn at once: asking for ten costs as much as asking for a thousand. */
const DRAWN_BYTES = 100 * RANDOM_BYTES;
/** The namespace in which Kubeflow Pipelines names the runs of recurring runs (RFC 9562, version 5). */
const RECURRING_RUN_NAMESPACE = "c2f3a9d4-1e6b-4c8a-9f7d-0b5e3a1c2d4f";

/**
 * Makes UUIDs of version 7: the time in milliseconds, a counter, and 62 random bits. Each one of a process is greater
 * than the one before, also within a millisecond and when the clock is set back, so that ids sort as things were made.
 */
export function newIds(clock: Clock): NewId {
  let last = -1;
  let counter = 0;
  const nextRandom = randomSource();
  return () => {
    const random = nextRandom();
    const now = clock.now();
    if (now > last) {
      last = now;
      counter = random.readUInt16BE(8) % FIRST_COUNTER_BELOW;
    } else if (counter < MAX_COUNTER) {
      counter += 1;
    } else {
      last += 1;
      counter = 0;
    }
    const bytes = Buffer.alloc(16);
    bytes.writeUIntBE(last, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    random.copy(bytes, 8, 0, 8);
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
    return formatUuid(bytes);
  };
}

/** Gives random bytes, each of them once. */
function randomSource(): () => Buffer {
  const drawn = Buffer.alloc(DRAWN_BYTES);
  let used = DRAWN_BYTES;
  return () => {
    if (used === DRAWN_BYTES) {
      randomFillSync(drawn);
      used = 0;
    }
    used += RANDOM_BYTES;
    return drawn.subarray(used - RANDOM_BYTES, used);
  };
}

/**
 * The id of the run that a recurring run makes under a name. It is always the same one, as upstream's is, so that two
 * controllers that trigger at once make one run.
 */
export function recurringRunsRunId(recurringRunId: string, displayName: string): string {
  const namespace = Buffer.from(RECURRING_RUN_NAMESPACE.replaceAll("-", ""), "hex");
  const bytes = createHash("sha1")
    .update(namespace)
    .update(`${recurringRunId}/${displayName}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8(0x50 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return formatUuid(bytes);
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
