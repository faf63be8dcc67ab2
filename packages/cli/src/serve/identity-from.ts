import type { HeaderTrust } from "@kfp-ts/server";
import { CommandError, UsageError } from "../command-error.ts";
import { flag, option, type ValuesOf } from "../command-line/option.ts";

/** From where a gateway's word for who somebody is counts. */
export type IdentityFrom =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "mtls"; readonly caFile: string; readonly names: readonly string[] }
  | { readonly kind: "secret-file"; readonly file: string };

/** The options that make an identity header trustworthy. Without one of them it has no effect. */
export const identityOptions = {
  identityFrom: option(
    "source",
    "Believe the identity header of a gateway: unix:PATH, mtls:CA.pem+NAME,NAME or secret-file:FILE.",
    readSource,
    { otherwise: "it has no effect" },
  ),
  trustIdentityHeader: flag("Believe the identity header of every program on this machine. For tests."),
};

/** What of the server's options trust in the identity header takes. */
export interface HeaderSource {
  readonly trust: HeaderTrust;
  readonly unixSocket: string | undefined;
  /** The file with the authorities of client certificates. */
  readonly clientCaFile: string | undefined;
  /** For people: where the header counts; undefined where it does nowhere. */
  readonly said: string | undefined;
}

/**
 * What makes the identity header trustworthy.
 *
 * @param host - What the server listens on.
 * @throws UsageError for two sources, and for trust in everybody on a network.
 * @throws CommandError where the file of the secret cannot be used.
 */
export async function headerSource(
  { identityFrom, trustIdentityHeader }: ValuesOf<typeof identityOptions>,
  host: string,
): Promise<HeaderSource> {
  const source = { unixSocket: undefined, clientCaFile: undefined };
  if (trustIdentityHeader) {
    refuseBoth(identityFrom);
    refuseNetwork(host);
    const said = "of every program on this machine, which can be anybody (--trust-identity-header)";
    return { ...source, trust: { by: "any local client" }, said };
  }
  if (identityFrom === undefined) return { ...source, trust: { by: "nothing" }, said: undefined };
  switch (identityFrom.kind) {
    case "unix": {
      const { path } = identityFrom;
      return { ...source, trust: { by: "unix socket" }, unixSocket: path, said: `on the unix socket ${path}` };
    }
    case "mtls": {
      const { caFile, names } = identityFrom;
      const said = `with a client certificate of ${names.join(" or ")}`;
      return { ...source, trust: { by: "mutual TLS", names }, clientCaFile: caFile, said };
    }
    case "secret-file": {
      const { SecretFile, secretHeader } = await import("@kfp-ts/server");
      const secret = new SecretFile(identityFrom.file);
      await secret.read().catch(secretFailure);
      const said = `with the secret of ${identityFrom.file} in ${secretHeader}`;
      return { ...source, trust: { by: "secret header", secret }, said };
    }
  }
}

/** It names the file and the remedy itself. */
function secretFailure(error: Error): never {
  throw error.name === "SecretFileError" ? new CommandError(error.message) : error;
}

function refuseBoth(identityFrom: IdentityFrom | undefined): void {
  if (identityFrom === undefined) return;
  throw new UsageError("--identity-from and --trust-identity-header exclude each other.", "Give one of them.");
}

function refuseNetwork(host: string): void {
  if (/^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host)) return;
  throw new UsageError(
    `--trust-identity-header would let everybody who reaches ${host} be anybody.`,
    "Leave out --host, or say with --identity-from whom to believe.",
  );
}

function readSource(text: string): IdentityFrom {
  const [, kind, rest = ""] = /^([a-z-]+):(.+)$/.exec(text) ?? [];
  if (kind === "unix") return { kind, path: rest };
  if (kind === "secret-file") return { kind, file: rest };
  if (kind === "mtls") {
    const plus = rest.indexOf("+");
    const names =
      plus === -1
        ? []
        : rest
            .slice(plus + 1)
            .split(",")
            .map((name) => name.trim());
    if (plus > 0 && names.length > 0 && names.every((name) => name !== "")) {
      return { kind, caFile: rest.slice(0, plus), names };
    }
    throw new UsageError(`"${text}" does not say which names count: mtls:CA.pem+gateway.example,other.example.`);
  }
  throw new UsageError(`"${text}" is none of unix:PATH, mtls:CA.pem+NAME,NAME and secret-file:FILE.`);
}
