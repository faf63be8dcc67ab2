import { readFile } from "node:fs/promises";
import type { SecureContextOptions } from "node:tls";
import type { PodDefaultTls } from "../serve-options.ts";

/** The contents of the certificate files, ready for TLS. */
export type Certificates = Required<Pick<SecureContextOptions, "cert" | "key">> & Pick<SecureContextOptions, "ca">;

/** A certificate file that cannot be read. The message names it; nothing of its content is told. */
export class CertificateFileError extends Error {
  override readonly name = "CertificateFileError";
}

/** Reads the certificate files. @throws CertificateFileError */
export async function readCertificates({ cert, key, clientCa }: PodDefaultTls): Promise<Certificates> {
  return {
    cert: await readPem(cert, "certificate"),
    key: await readPem(key, "private key"),
    ...(clientCa === undefined ? {} : { ca: await readPem(clientCa, "authority of client certificates") }),
  };
}

/** Whether two readings are the same. */
export function sameCertificates(one: Certificates, other: Certificates): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}

async function readPem(path: string, what: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CertificateFileError(`The ${what} of the PodDefault webhook, ${path}, cannot be read: ${code}.`);
  }
  if (!text.includes("-----BEGIN ")) {
    throw new CertificateFileError(`The ${what} of the PodDefault webhook, ${path}, is no PEM file.`);
  }
  return text;
}
