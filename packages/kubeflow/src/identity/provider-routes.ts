import type { IncomingMessage, ServerResponse } from "node:http";
import { sendPage } from "../pages/send-page.ts";
import type { LoginAnswer } from "./answer.ts";
import { problemPage } from "./login-pages.ts";
import type { LoginSteps } from "./login-steps.ts";
import type { OpenIdTokens } from "./open-id-tokens.ts";
import { type UserInfoOptions, userInfo } from "./user-info.ts";

/** Who answers what. */
export interface ProviderParts {
  readonly issuer: string;
  readonly steps: LoginSteps;
  readonly tokens: OpenIdTokens;
  readonly userInfo: UserInfoOptions;
}

const LARGEST_TOKEN_REQUEST = 16 * 1024;
const SLOWEST_TOKEN_REQUEST_MS = 10_000;

/** The paths below the issuer's that oidc-provider answers, and with which methods. */
const OPEN_ID: ReadonlyMap<string, readonly string[]> = new Map([
  ["/token", ["POST"]],
  ["/revoke", ["POST"]],
  ["/keys", ["GET", "HEAD"]],
  ["/.well-known/openid-configuration", ["GET", "HEAD"]],
]);

/** Answers a request of the provider by its path. */
export async function answerRequest(
  parts: ProviderParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const [target = "", query = ""] = splitAt(incoming.url ?? "/", "?");
  const path = target.slice(new URL(parts.issuer).pathname.replace(/\/$/, "").length);
  const { method = "GET" } = incoming;
  const openId = OPEN_ID.get(path);
  if (openId !== undefined) {
    if (!openId.includes(method)) return notAllowed(outgoing, openId);
    return answerOpenId(parts, path, incoming, outgoing);
  }
  if (path === "/userinfo") return answerUserInfo(parts, incoming, outgoing);
  if (path === "/healthz") return sendText(outgoing, "Health check passed");
  const steps = stepsAt(parts.steps, path, query, incoming, outgoing);
  if (steps === undefined) return sendPage(outgoing, nothingHere());
  const step = steps[method === "HEAD" ? "GET" : method];
  if (step === undefined) return notAllowed(outgoing, Object.keys(steps));
  sendPage(outgoing, await step());
}

type Steps = Readonly<Record<string, () => LoginAnswer | Promise<LoginAnswer>>>;

function stepsAt(
  steps: LoginSteps,
  path: string,
  query: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Steps | undefined {
  if (path === "/auth") return { GET: () => steps.authorize(query) };
  if (path === "/approval") {
    return { GET: () => steps.askApproval(query), POST: () => steps.approve(query, incoming) };
  }
  const [, id, login] = /^\/auth\/([^/]+)(\/login)?$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  const connector = decoded(id);
  if (login === undefined) return { GET: () => steps.begin(connector, query) };
  return {
    GET: () => steps.ask(connector, query, incoming),
    POST: () => {
      const left = new AbortController();
      outgoing.once("close", () => left.abort());
      return steps.check(connector, query, incoming, left.signal);
    },
  };
}

async function answerOpenId(
  { tokens }: ProviderParts,
  path: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (Number(incoming.headers["content-length"] ?? 0) > LARGEST_TOKEN_REQUEST) {
    return sendJson(outgoing, 413, { error: "invalid_request", error_description: "the request is too large" });
  }
  // What is only begun is not waited for.
  const timer = setTimeout(() => incoming.destroy(), SLOWEST_TOKEN_REQUEST_MS);
  incoming.once("end", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
  await tokens.handle(path, incoming, outgoing).finally(() => clearTimeout(timer));
}

async function answerUserInfo(
  parts: ProviderParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (incoming.method !== "GET" && incoming.method !== "POST") return notAllowed(outgoing, ["GET", "POST"]);
  const { status, headers, body } = await userInfo(incoming.headers.authorization, parts.userInfo);
  sendJson(outgoing, status, body, headers);
}

function sendJson(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  outgoing
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers })
    .end(JSON.stringify(body));
}

function sendText(outgoing: ServerResponse, text: string): void {
  outgoing.writeHead(200, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(text);
}

function notAllowed(outgoing: ServerResponse, methods: readonly string[]): void {
  const page = problemPage(405, "This is not done so", `Only ${methods.join(" and ")} can be asked for here.`, "/");
  sendPage(outgoing, { ...page, headers: { ...page.headers, allow: methods.join(", ") } });
}

function nothingHere(): LoginAnswer {
  return problemPage(404, "There is nothing here", "This is where people log in. Nothing has this address.", "/");
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A path that is encoded wrongly is that of no connector. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
