import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A certificate with its key, in PEM. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to say. */
export interface CertificateWish {
  /** The names that it is for. @default 127.0.0.1 and ::1 */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
  /** Who signs it. @default itself */
  readonly by?: MadeCertificate;
}

const DAY_MS = 24 * 3600 * 1000;

/** The moment so many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

/** Makes a certificate without a program: those that end or begin at a moment near now cannot lie in a file. */
export function madeCertificate({
  names = ["127.0.0.1", "::1"],
  from,
  until,
  by,
}: CertificateWish = {}): MadeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signer = by === undefined ? privateKey : createPrivateKey(by.key);
  const subject = by === undefined ? "faults-ca" : "faults-server";
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(1 + Math.floor(Math.random() * 126)),
    ecdsaWithSha256,
    nameOf("faults-ca"),
    sequence(time(from ?? inDays(-10)), time(until ?? inDays(10))),
    nameOf(subject),
    publicKeyInfo(publicKey),
    tagged(0xa3, sequence(...(by === undefined ? [isAuthority] : []), alternativeNames(names))),
  );
  const signature = sign("sha256", body, signer);
  return {
    cert: pem("CERTIFICATE", sequence(body, ecdsaWithSha256, bits(signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

/** Of one byte. */
function integer(value: number): Buffer {
  return tagged(0x02, Buffer.from([value]));
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId("550403"), tagged(0x0c, Buffer.from(commonName)))));
}

function time(moment: Date): Buffer {
  return tagged(0x18, Buffer.from(`${moment.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), tagged(0x04, value));
}

const isAuthority = extension("551d13", sequence(tagged(0x01, Buffer.from([0xff]))));

function alternativeNames(names: readonly string[]): Buffer {
  const all = names.map((name) => {
    if (name === "::1") return tagged(0x87, Buffer.from([...Array(15).fill(0), 1]));
    if (/^[\d.]+$/.test(name)) return tagged(0x87, Buffer.from(name.split(".").map(Number)));
    return tagged(0x82, Buffer.from(name));
  });
  return extension("551d11", sequence(...all));
}

function bits(value: Buffer): Buffer {
  return tagged(0x03, Buffer.from([0]), value);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
