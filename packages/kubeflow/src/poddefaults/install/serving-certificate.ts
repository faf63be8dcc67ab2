import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import {
  bitString,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  TRUE,
  time,
  utf8String,
} from "./der.ts";

const DAY = 86_400_000;
/** Clocks of two machines are never quite the same. */
const BACKDATED = 3_600_000;
/** How long a certificate holds. */
const LIFETIME = 365 * DAY;
/** How much of it may be left when it is made anew. */
const RENEWED_BEFORE = 30 * DAY;

const ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));
const COMMON_NAME = objectIdentifier("2.5.4.3");
const SERVER_AUTHENTICATION = objectIdentifier("1.3.6.1.5.5.7.3.1");
const SUBJECT_KEY = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";

/** The common name of the authorities that are made here: what files and Secrets are recognized by. */
const AUTHORITY = "kfp-ts PodDefaults authority";

/** What a TLS server shows, and what its callers trust: all as PEM. */
export interface ServingCertificate {
  /** The certificate of the server. */
  readonly certificate: string;
  /** Its private key. */
  readonly key: string;
  /** The authorities that callers trust: the one that signed, and the one before it as long as that holds. */
  readonly authorities: string;
}

/**
 * Makes an authority and a certificate of it for a TLS server. The key of the authority is thrown away: nobody can make
 * a second certificate that those who trust it would take.
 *
 * @param hosts - The names and addresses that the server is called by.
 * @param now - Milliseconds since 1970: it holds for a year from then.
 */
export async function makeServingCertificate(hosts: readonly string[], now: number): Promise<ServingCertificate> {
  const generate = promisify(generateKeyPair);
  const [authority, server] = await Promise.all([
    generate("ec", { namedCurve: "P-256" }),
    generate("ec", { namedCurve: "P-256" }),
  ]);
  const issuer = { name: `${AUTHORITY} ${randomBytes(4).toString("hex")}`, ...authority };
  const validity = { from: new Date(now - BACKDATED), to: new Date(now + LIFETIME) };
  const authorities = pem(
    certificate(issuer, validity, { name: issuer.name, publicKey: issuer.publicKey }, [
      extension(BASIC_CONSTRAINTS, sequence(TRUE, integer(Uint8Array.of(0))), "critical"),
      // keyCertSign.
      extension(KEY_USAGE, bitString(Uint8Array.of(0x04), 2), "critical"),
    ]),
  );
  const signed = certificate(issuer, validity, { name: hosts[0] ?? "", publicKey: server.publicKey }, [
    extension(BASIC_CONSTRAINTS, sequence(), "critical"),
    // digitalSignature.
    extension(KEY_USAGE, bitString(Uint8Array.of(0x80), 7), "critical"),
    extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTHENTICATION)),
    extension(AUTHORITY_KEY, sequence(implicit(0, keyIdentifier(issuer.publicKey)))),
    extension(SUBJECT_ALTERNATIVE_NAME, sequence(...hosts.map(generalName))),
  ]);
  const key = server.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  return { certificate: pem(signed), key, authorities };
}

/**
 * Keeps a certificate that is in order, else makes another; the authority of the old one stays trusted as long as it
 * holds, so that nothing fails between the moment when callers learn of the new one and that when the server shows it.
 *
 * @param old - What there is, where there is something.
 */
export async function renewServingCertificate(
  old: ServingCertificate | undefined,
  hosts: readonly string[],
  now: number,
): Promise<ServingCertificate> {
  if (old !== undefined && isInOrder(old, hosts, now)) return old;
  const made = await makeServingCertificate(hosts, now);
  const before = certificatesIn(old?.authorities ?? "").find(({ validTo }) => Date.parse(validTo) > now);
  return before === undefined ? made : { ...made, authorities: made.authorities + before.toString() };
}

/** Whether it is for these hosts, signed by the authority beside it, belongs to its key, and is not near its end. */
export function isInOrder(
  { certificate, key, authorities }: ServingCertificate,
  hosts: readonly string[],
  now: number,
): boolean {
  const [shown] = certificatesIn(certificate);
  const [trusted] = certificatesIn(authorities);
  if (shown === undefined || trusted === undefined || !belongTogether(shown, key)) return false;
  return (
    shown.verify(trusted.publicKey) &&
    hosts.every((host) => (isIP(host) ? shown.checkIP(host) : shown.checkHost(host)) !== undefined) &&
    [shown, trusted].every(({ validTo }) => Date.parse(validTo) - now > RENEWED_BEFORE)
  );
}

/** Whether an authority was made here. */
export function isOwnAuthority(authorities: string): boolean {
  return certificatesIn(authorities).some(({ subject }) => subject.startsWith(`CN=${AUTHORITY} `));
}

/** The certificates of a PEM text; none where one of them cannot be read. */
export function certificatesIn(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function belongTogether(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

interface Issuer {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A certificate as RFC 5280 §4.1 has it. */
function certificate(
  issuer: Issuer,
  { from, to }: { readonly from: Date; readonly to: Date },
  subject: { readonly name: string; readonly publicKey: KeyObject },
  extensions: readonly Buffer[],
): Buffer {
  const serial = randomBytes(16);
  const content = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(serial),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(time(from), time(to)),
    nameOf(subject.name),
    subject.publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions, extension(SUBJECT_KEY, octetString(keyIdentifier(subject.publicKey))))),
  );
  return sequence(content, ECDSA_WITH_SHA256, bitString(sign("sha256", content, issuer.privateKey)));
}

function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(COMMON_NAME, utf8String(commonName.slice(0, 64)))));
}

function extension(id: string, value: Buffer, critical?: "critical"): Buffer {
  return sequence(objectIdentifier(id), ...(critical === undefined ? [] : [TRUE]), octetString(value));
}

/** A name or an address, as a subject's alternative name. */
function generalName(host: string): Buffer {
  return isIP(host) === 0 ? implicit(2, Buffer.from(host, "ascii")) : implicit(7, addressBytes(host));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // A URL writes an address of IPv6 in one way only: no leading zeros, one gap, no dots.
  const [head = "", tail = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string): number[] =>
    text === ""
      ? []
      : text.split(":").flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
  const [first, last] = [groups(head), groups(tail)];
  return Buffer.from([...first, ...new Array<number>(16 - first.length - last.length).fill(0), ...last]);
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest()
    .subarray(0, 20);
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
