import type { RequestCredentials } from "./credentials.ts";

/** What an exec plugin printed: credentials with the moment they end (milliseconds since 1970), or what is wrong. */
export type ExecCredential =
  | { readonly credentials: RequestCredentials; readonly endsAt: number | undefined }
  | { readonly wrong: string };

/** Reads what an exec plugin printed (client.authentication.k8s.io, ExecCredential). None of it is ever shown. */
export function readExecCredential(stdout: string, apiVersion: string): ExecCredential {
  let printed: unknown;
  try {
    printed = JSON.parse(stdout);
  } catch {
    return { wrong: "printed something that is no JSON" };
  }
  const { kind, apiVersion: given, status } = record(printed);
  if (kind !== "ExecCredential") return { wrong: "printed something that is no ExecCredential" };
  if (given !== apiVersion) {
    return { wrong: `printed an ExecCredential of ${shown(given)}, and the kubeconfig asks for ${apiVersion}` };
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = record(status);
  const hasToken = typeof token === "string" && token !== "";
  const hasCertificate = typeof cert === "string" && cert !== "";
  if (hasCertificate !== (typeof key === "string" && key !== "")) {
    return { wrong: "printed a certificate without its key, or a key without its certificate" };
  }
  if (!hasToken && !hasCertificate)
    return { wrong: "printed an ExecCredential with neither a token nor a certificate" };
  if (hasToken && !/^[\x21-\x7e]+$/.test(token)) return { wrong: "printed a token that no header can hold" };
  const endsAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : undefined;
  if (Number.isNaN(endsAt)) return { wrong: "printed an expirationTimestamp that is no time" };
  return {
    credentials: {
      authorization: hasToken ? `Bearer ${token}` : undefined,
      certificate: hasCertificate && typeof key === "string" ? { cert, key } : undefined,
    },
    endsAt,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function shown(apiVersion: unknown): string {
  return typeof apiVersion === "string" && /^[\w./-]{1,80}$/.test(apiVersion) ? apiVersion : "no apiVersion";
}
