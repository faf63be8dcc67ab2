/** Which account of which connector. */
export interface Subject {
  readonly accountId: string;
  readonly connectorId: string;
}

const ACCOUNT = 0x0a;
const CONNECTOR = 0x12;

/**
 * The `sub` of an account, as Dex makes it: a protobuf message of the two ids in base64url, so that it is stable, and that
 * what remembers users by their `sub` still knows them behind a Dex with the same ids.
 */
export function subjectOf({ accountId, connectorId }: Subject): string {
  return Buffer.concat([field(ACCOUNT, accountId), field(CONNECTOR, connectorId)]).toString("base64url");
}

/** The ids in a `sub`; undefined where it is none of ours. */
export function readSubject(sub: string): Subject | undefined {
  const bytes = Buffer.from(sub, "base64url");
  const account = readField(bytes, 0, ACCOUNT);
  if (account === undefined) return undefined;
  const connector = readField(bytes, account.end, CONNECTOR);
  if (connector === undefined || connector.end !== bytes.length) return undefined;
  return { accountId: account.text, connectorId: connector.text };
}

function field(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function readField(bytes: Buffer, from: number, tag: number) {
  if (bytes[from] !== tag) return undefined;
  let length = 0;
  let at = from + 1;
  for (let shift = 0; shift <= 21; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    const end = at + length;
    return end > bytes.length ? undefined : { text: bytes.toString("utf8", at, end), end };
  }
  return undefined;
}
