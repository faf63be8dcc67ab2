import { readFile } from "node:fs/promises";
import type { TlsOptions } from "@kfp-ts/server";
import { CommandError, UsageError } from "../command-error.ts";
import { textOption, type ValuesOf } from "../command-line/option.ts";

/** The options that make the port one for HTTPS. */
export const tlsOptions = {
  tlsCert: textOption("path", "Serve HTTPS with the certificate of this file (PEM)."),
  tlsKey: textOption("path", "The key of that certificate (PEM)."),
};

/**
 * Reads what HTTPS takes; undefined where it is not asked for.
 *
 * @param clientCaFile - The authorities of client certificates, where those are asked for.
 * @throws UsageError where one of the two is missing; CommandError where a file cannot be read.
 */
export async function chooseTls(
  { tlsCert, tlsKey }: ValuesOf<typeof tlsOptions>,
  clientCaFile: string | undefined,
): Promise<TlsOptions | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) {
    if (clientCaFile === undefined) return undefined;
    throw new UsageError("Client certificates take HTTPS.", "Give --tls-cert and --tls-key as well.");
  }
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError("--tls-cert and --tls-key belong together.", "Give both of them.");
  }
  return {
    cert: await textIn("--tls-cert", tlsCert),
    key: await textIn("--tls-key", tlsKey),
    clientCa: clientCaFile === undefined ? undefined : await certificatesIn(clientCaFile),
  };
}

/** Node takes a text without a certificate for no authority at all, and then nobody would be believed. */
async function certificatesIn(path: string): Promise<string> {
  const text = await textIn("--identity-from", path);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new CommandError(`The file ${path} of --identity-from holds no certificate in PEM form.`);
}

async function textIn(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`The file ${path} of ${option} cannot be read (${code}).`);
  }
}
