import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Log, RequestGuard } from "@kfp-ts/server/ports";
import type { IdentityProvider } from "../identity/identity-provider.ts";
import { type Answer, jsonAnswer, sendAnswer, textAnswer } from "./answer.ts";
import type { GatewayRequest, Generation } from "./generation.ts";
import type { Upstream } from "./upstream.ts";

/** What a gateway is put together from. */
export interface GatewayParts {
  readonly generation: Generation;
  readonly guard: RequestGuard;
  readonly upstream: Upstream;
  /** The identity provider of this process, whose paths need no login; undefined where there is one elsewhere. */
  readonly provider: Pick<IdentityProvider, "issuer" | "handle"> | undefined;
  /** How browsers call it, where that is not what their requests say: `https://kubeflow.example.com`. */
  readonly externalUrl: string | undefined;
  /** Paths that browsers are sent to by an identity provider elsewhere, or by links: they may come from other sites. */
  readonly crossSitePaths: readonly string[];
  readonly log: Log;
}

/**
 * Makes what answers requests at a gateway. The order is: is this a browser page that may not come here; is it the identity
 * provider's; is it the gateway's own; who is there; then the request is handed on.
 */
export function createGateway(
  parts: GatewayParts,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const { generation, upstream, provider, log } = parts;
  const providerPath = provider && `${new URL(provider.issuer).pathname}/`;

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = requestOf(incoming, parts.externalUrl);
    const isProviders = providerPath !== undefined && request.path.startsWith(providerPath);
    const refusal = refusalOf(parts, request);
    if (refusal !== undefined) return end(incoming, outgoing, refusal);
    if (provider !== undefined && isProviders) {
      // It knows paths alone; the name in an absolute address has been looked at with the others.
      incoming.url = targetOf(incoming);
      return provider.handle(incoming, outgoing);
    }
    const own = generation.answer(request);
    if (own !== undefined) return end(incoming, outgoing, await own);
    const admission = await generation.admit(request);
    if ("answer" in admission) return end(incoming, outgoing, admission.answer);
    await upstream(incoming, outgoing, admission.visitor, request.origin);
  };

  return async (incoming, outgoing) => {
    try {
      await handle(incoming, outgoing);
    } catch (error) {
      end(incoming, outgoing, failureAnswer(error, log));
    }
  };
}

/** Answers without looking at what may still come of the request: a small rest is let pass, a large one ends the connection. */
function end(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const isOpen = Number(incoming.headers["content-length"] ?? 0) > 65_536 || incoming.headers["transfer-encoding"];
  sendAnswer(outgoing, isOpen ? { ...answer, headers: { ...answer.headers, connection: "close" } } : answer);
  incoming.resume();
}

function failureAnswer(error: unknown, log: Log): Answer {
  const { name, retryAfterSeconds } = error as { readonly name?: unknown; readonly retryAfterSeconds?: unknown };
  log.error({ err: error }, "a request at the gateway failed");
  if (name !== "ReviewUnavailableError") return textAnswer(500, "Something went wrong; the server's log says what.\n");
  return textAnswer(503, "It cannot be found out now who this is.\n", {
    "retry-after": String(retryAfterSeconds ?? 5),
  });
}

function requestOf(incoming: IncomingMessage, externalUrl: string | undefined): GatewayRequest {
  const { method = "GET", headers } = incoming;
  const target = targetOf(incoming);
  const mark = target.indexOf("?");
  const external = externalUrl === undefined ? undefined : new URL(externalUrl);
  const isExternal = external !== undefined && headers.host?.toLowerCase() === external.host;
  const isEncrypted = (incoming.socket as Partial<TLSSocket>).encrypted === true;
  const secure = isEncrypted || (isExternal && external.protocol === "https:");
  return {
    incoming,
    method,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? "" : target.slice(mark + 1),
    secure,
    origin: `${secure ? "https" : "http"}://${headers.host ?? "localhost"}`,
    isCrossSite: headers["sec-fetch-site"] === "cross-site",
  };
}

/** The path and query that are asked for, also where a whole address is, as proxies are asked. */
function targetOf({ url = "/" }: IncomingMessage): string {
  return url.startsWith("/") ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "") || "/";
}

/**
 * Why a request may not go on. A browser that an identity provider elsewhere sends back says that it comes from another site;
 * on the paths that this is meant for it may, as long as it is a person's window that comes and not a page's script.
 */
function refusalOf({ guard, crossSitePaths }: GatewayParts, request: GatewayRequest): Answer | undefined {
  const { incoming, method, path, secure } = request;
  const isNavigation = (method === "GET" || method === "HEAD") && incoming.headers["sec-fetch-mode"] === "navigate";
  const mayComeFromElsewhere = isNavigation && crossSitePaths.includes(path);
  const verdict = guard(incoming, { scheme: secure ? "https" : "http", ignoreFetchSite: mayComeFromElsewhere });
  const isApi = path.includes("/apis/");
  // A page of another site that may use the API has no business with logins.
  const isForeign = verdict.allowed && verdict.crossOrigin !== undefined && !isApi;
  if (isForeign) return textAnswer(403, "A web page of another origin may use the API here, and nothing else.\n");
  if (verdict.allowed) return undefined;
  const { status, message } = verdict;
  const code = status === 403 ? 7 : 3;
  return isApi ? jsonAnswer(status, { code, message, details: [] }) : textAnswer(status, `${message}\n`);
}
