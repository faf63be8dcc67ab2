import { tokenFacts } from "./token-facts.ts";

/** What a program printed: a token with the moment it ends (milliseconds since 1970), or what is wrong. */
export type PrintedToken = { readonly token: string; readonly endsAt: number | undefined } | { readonly wrong: string };

/**
 * Reads what a program printed: a token and nothing else, or the ExecCredential of kubectl's plugins
 * (client.authentication.k8s.io). Nothing of it is told in what is wrong.
 */
export function readPrintedToken(stdout: string): PrintedToken {
  const text = stdout.trim();
  if (text === "") return { wrong: "printed nothing" };
  if (!text.startsWith("{")) return checked(text, undefined);
  let printed: unknown;
  try {
    printed = JSON.parse(text);
  } catch {
    return { wrong: "printed something that begins like JSON and is none" };
  }
  const { kind, status } = record(printed);
  if (kind !== "ExecCredential") return { wrong: "printed JSON that is no ExecCredential" };
  const { token, expirationTimestamp } = record(status);
  if (typeof token !== "string" || token === "") return { wrong: "printed an ExecCredential without a token" };
  if (expirationTimestamp === undefined || expirationTimestamp === null) return checked(token, undefined);
  const endsAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : Number.NaN;
  if (Number.isNaN(endsAt)) return { wrong: "printed an expirationTimestamp that is no time" };
  return checked(token, endsAt);
}

function checked(token: string, endsAt: number | undefined): PrintedToken {
  if (/^bearer\s/i.test(token)) return { wrong: 'printed "Bearer" before the token; only the token belongs there' };
  // Header values are visible ASCII.
  if (!/^[\x21-\x7e]+$/.test(token)) return { wrong: "printed several words or lines; a token is one" };
  return { token, endsAt: endsAt ?? tokenFacts(token)?.expiresAt?.getTime() };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
