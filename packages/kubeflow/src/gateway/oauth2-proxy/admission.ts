import { type Answer, jsonAnswer, pageAnswer } from "../answer.ts";
import { accessDenied, tokenFaultAnswer } from "../bearer/bearer-answer.ts";
import { clearCookie } from "../cookies.ts";
import type { Admission, GatewayRequest, GenerationParts } from "../generation.ts";
import { localPath } from "../local-path.ts";
import { signInPage } from "../pages.ts";
import type { Visitor } from "../upstream.ts";
import { names } from "./names.ts";

/** Where a login begins. */
export const START = "/oauth2/start";

/** Who is there. An `Authorization` stands before the cookie: who sends a bad one is not let in by a good cookie. */
export async function admit(parts: GenerationParts, request: GatewayRequest): Promise<Admission> {
  const who = await visitorOf(parts, request);
  if (who !== undefined) return who;
  return { answer: notLoggedIn(parts, request) };
}

/** Who is there, or what is wrong with the token that they bring; undefined where nobody is. */
export async function visitorOf(
  { sessions, bearer }: GenerationParts,
  { incoming, secure }: GatewayRequest,
): Promise<{ readonly visitor: Visitor } | { readonly answer: Answer } | undefined> {
  const { authorization } = incoming.headers;
  if (authorization !== undefined) {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) return { answer: accessDenied() };
    const checked = await bearer.check(token);
    return typeof checked === "string" ? { answer: tokenFaultAnswer(incoming, checked, secure) } : { visitor: checked };
  }
  const found = sessions.find(incoming);
  return found && { visitor: { user: found.session.user, token: found.session.idToken } };
}

/** What programs and people get who are not logged in; a cookie that is good for nothing is taken away. */
function notLoggedIn({ sessions, formOrigins }: GenerationParts, request: GatewayRequest): Answer {
  const { incoming, path, query, secure } = request;
  const cookies = sessions.isPresented(incoming) ? [clearCookie(names.sessionCookie, secure)] : [];
  if (isApi(path)) return jsonAnswer(401, {}, cookies.length === 0 ? {} : { "set-cookie": cookies });
  if (path === "/robots.txt" || path === "/ping") return accessDenied();
  const target = localPath(query === "" ? path : `${path}?${query}`);
  return pageAnswer(signInPage(403, target, { startPath: START, formOrigins }), cookies);
}

/** The api_routes of the manifests' configuration. */
function isApi(path: string): boolean {
  return path.includes("/api/") || path.includes("/apis/") || path.startsWith("/ml_metadata");
}
