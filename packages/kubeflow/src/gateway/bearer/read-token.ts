import type { TokenFault } from "./bearer-answer.ts";

/** What a token says of itself, not checked. */
export interface ReadToken {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** Takes a token apart. @returns what is wrong with it where it is none */
export function readToken(token: string): ReadToken | TokenFault {
  const parts = token.split(".");
  if (parts.length !== 3 || parts.some((part) => part === "")) {
    return "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
  }
  const [head = "", body = ""] = parts;
  if (!isBase64Url(head)) return "Jwt header is an invalid Base64url encoded";
  if (decoded(head) === undefined) return "Jwt header is an invalid JSON";
  if (!isBase64Url(body)) return "Jwt payload is an invalid Base64url encoded";
  const payload = decoded(body);
  if (payload === undefined) return "Jwt payload is an invalid JSON";
  const { iss, aud } = payload;
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === "string");
  return { issuer: typeof iss === "string" ? iss : "", audiences };
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text);
}

function decoded(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
