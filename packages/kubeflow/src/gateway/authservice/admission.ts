import type { IncomingMessage } from "node:http";
import { type Answer, redirectAnswer } from "../answer.ts";
import type { Admission, GatewayRequest, GenerationParts } from "../generation.ts";
import { loginFailureAnswer } from "../login/answer-callback.ts";
import type { FoundSession } from "../sessions/browser-sessions.ts";
import type { Visitor } from "../upstream.ts";

/** Who is there; whoever is not is sent to log in, programs too. */
export async function admit(parts: GenerationParts, request: GatewayRequest): Promise<Admission> {
  if (isPreflight(request)) return { visitor: { user: undefined } };
  const visitor = await visitorOf(parts, request);
  return visitor === undefined ? { answer: await notLoggedIn(parts, request) } : { visitor };
}

/** Who is there: by a cookie, by the value of one as a bearer token, or by a token. One that is good is enough. */
export async function visitorOf(parts: GenerationParts, { incoming }: GatewayRequest): Promise<Visitor | undefined> {
  const found = sessionOf(parts, incoming);
  if (found !== undefined) return { user: found.session.user, token: found.session.idToken };
  const token = bearerOf(incoming);
  if (token === undefined) return undefined;
  const checked = await parts.bearer.check(token);
  return typeof checked === "string" ? undefined : checked;
}

/** The session that a request brings, as a cookie or as a bearer token. */
export function sessionOf({ sessions }: GenerationParts, incoming: IncomingMessage): FoundSession | undefined {
  return sessions.find(incoming) ?? sessions.findValue(bearerOf(incoming) ?? "");
}

/** The bearer token of a request. */
export function bearerOf(incoming: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(incoming.headers.authorization ?? "")?.[1];
}

async function notLoggedIn({ logins }: GenerationParts, request: GatewayRequest): Promise<Answer> {
  const { method, path, query } = request;
  try {
    const { location, cookie } = await logins.begin(request, query === "" ? path : `${path}?${query}`);
    return redirectAnswer(method, location, { "set-cookie": [cookie] });
  } catch (error) {
    return loginFailureAnswer(error, "/");
  }
}

/** A question of a browser before it lets a page of another site ask something; it asks for nothing itself. */
function isPreflight({ method, incoming: { headers } }: GatewayRequest): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
}
