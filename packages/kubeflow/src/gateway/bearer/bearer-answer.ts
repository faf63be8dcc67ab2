import type { IncomingMessage } from "node:http";
import { type Answer, textAnswer } from "../answer.ts";

/** What is wrong with a token, in the words that an Envoy has for it, which programs look for. */
export type TokenFault =
  | "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"
  | "Jwt header is an invalid Base64url encoded"
  | "Jwt header is an invalid JSON"
  | "Jwt payload is an invalid Base64url encoded"
  | "Jwt payload is an invalid JSON"
  | "Jwt issuer is not configured"
  | "Jwt is expired"
  | "Jwt not yet valid"
  | "Jwt verification fails"
  | "Jwks doesn't have key to match kid or alg from Jwt"
  | "Audiences in Jwt are not allowed"
  | "Jwks remote fetch is failed";

/** The answer to a request with a token that lets nobody in. */
export function tokenFaultAnswer(incoming: IncomingMessage, fault: TokenFault, secure: boolean): Answer {
  if (fault === "Audiences in Jwt are not allowed") return textAnswer(403, fault);
  const { host = "", url = "/" } = { ...incoming.headers, ...{ url: incoming.url } };
  const realm = `${secure ? "https" : "http"}://${host}${url}`
    .replaceAll(/[^\x21\x23-\x5b\x5d-\x7e]/g, "")
    .slice(0, 256);
  return textAnswer(401, fault, { "www-authenticate": `Bearer realm="${realm}", error="invalid_token"` });
}

/** The answer to an `Authorization` that is no token at all. */
export function accessDenied(): Answer {
  return textAnswer(403, "RBAC: access denied");
}
