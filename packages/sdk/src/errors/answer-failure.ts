import { type Answer, answerError } from "./answer.ts";
import type { ApiError } from "./api-error.ts";
import { refusedByGateway, unauthenticated } from "./identity-failure.ts";
import { isLoginPage, isLoginPath, isWebPage } from "./login-page.ts";
import { refusalOfApi } from "./refusal.ts";

/** Says what an answer means that is not the success that was asked for. */
export function answerFailure(answer: Answer): ApiError {
  if (answer.status >= 300 && answer.status < 400) return redirection(answer);
  if (answer.status === 407) return proxyWantsLogin(answer);
  if (isWebPage(answer.contentType, answer.body)) return webPage(answer);
  return refusalOfApi(answer) ?? plainRefusal(answer);
}

/** No server says so: it is about the proxy on the way to it. */
function proxyWantsLogin(answer: Answer): ApiError {
  const fix =
    "A proxy that asks who you are is not supported: use one that does not, or go around it: NO_PROXY=.kubeflow,.svc,.cluster.local for names within a cluster.";
  return answerError(answer, "PROXY_FAILED", `the proxy before ${answer.host} wants a login (HTTP 407).`, fix);
}

function redirection(answer: Answer): ApiError {
  const target = targetOf(answer);
  const login = target === undefined || isLoginPath(target.pathname);
  if (login) return loginRequired(answer, target === undefined ? "" : ` at ${target.origin}`);
  const place = target.origin + target.pathname;
  const asked = new URL(answer.host);
  const toSecure = target.protocol === "https:" && asked.protocol === "http:" && target.hostname === asked.hostname;
  const fix = toSecure
    ? `Use https:// in the endpoint: ${target.origin}${asked.pathname.replace(/\/$/, "")}`
    : undefined;
  return answerError(answer, "REDIRECTED", `${answer.host} leads to ${place} (HTTP ${answer.status}).`, fix);
}

/** Where a redirection leads, without what its query could hold. A browser does not tell. */
function targetOf({ location, host }: Answer): URL | undefined {
  return location !== undefined && URL.canParse(location, host) ? new URL(location, host) : undefined;
}

function loginRequired(answer: Answer, where: string): ApiError {
  const fact = `${answer.host} asks people to log in${where} (HTTP ${answer.status}).`;
  const fix = answer.authenticated
    ? "The credentials were not accepted: they are expired, or meant for another way in. Renew them."
    : undefined;
  return answerError(answer, "LOGIN_REQUIRED", fact, fix);
}

function webPage(answer: Answer): ApiError {
  const { status, body, host } = answer;
  const express = /<pre>Cannot [A-Z]+ ([^<]*)<\/pre>/.exec(body);
  if (status === 404 && express?.[1]?.startsWith("/_/pipeline")) return belowDashboard(answer);
  if (status === 404 && express !== null && /\/apis\/v2beta1\//.test(express[1] ?? "")) {
    const fact = `${host} has no v2beta1 API (its web server says: Cannot ${answer.method}).`;
    return answerError(
      answer,
      "UNSUPPORTED_BY_SERVER",
      fact,
      "Check the path of the endpoint; if it is right, the server is older than 2.0.",
    );
  }
  if (/plain HTTP request was sent to HTTPS port/i.test(body)) return tlsExpected(answer);
  if (status === 502 || status === 503) return unavailable(answer, "a proxy before the API cannot reach it");
  if (status === 504) return gatewayTimeout(answer);
  if (status === 413) return tooLarge(answer);
  // nginx says it with status 400.
  if (status === 431 || /Request Header Or Cookie Too Large/i.test(body)) return headersTooLarge(answer);
  if (isLoginPage(body) || status === 401) return loginRequired(answer, "");
  if (status >= 500) return answerError(answer, "SERVER_ERROR", `${host} failed (HTTP ${status}), with a web page.`);
  const fact = `${host} answers with a web page (HTTP ${status}), not with the Pipelines API.`;
  return answerError(answer, "NOT_THE_API", fact, wherePrefixIs(host));
}

/** Answers in words: those of proxies, of the mesh, and of servers that are something else. */
function plainRefusal(answer: Answer): ApiError {
  const { status, body, host } = answer;
  const text = body.trim().slice(0, 300);
  if (/^RBAC: access denied/.test(text)) return meshDenied(answer, text);
  if (/^(Jwt|Jwks|Audiences)\b/.test(text) && (status === 401 || status === 403)) return refusedByGateway(answer, text);
  if (/HTTP request (to an|was sent to) HTTPS/i.test(text)) return tlsExpected(answer);
  if (/upstream request timeout|stream timeout/.test(text) || status === 504) return gatewayTimeout(answer);
  if (/upstream connect error|disconnect\/reset before headers/.test(text)) {
    return answerError(
      answer,
      "UPSTREAM_FAILED",
      `the mesh before ${host} cannot reach the API: ${text}`,
      sidecars(text),
    );
  }
  if (/no healthy upstream/.test(text)) {
    return unavailable(answer, "the mesh knows no pod of the API that is ready", "Look whether its pods are ready.");
  }
  switch (status) {
    case 401:
      return unauthenticated(answer, `${host} does not say who it is for (HTTP 401).`);
    case 403:
      // Envoy's words, which are none, for a service that it asks about each request and that does not answer. The API
      // says why it refuses.
      if (text === "" && answer.contentType === "") {
        const fact = "it refuses without a word (HTTP 403), as gateways do whose auth service does not answer.";
        return unavailable(answer, fact, "Try again later; look whether the pods of the auth service are ready.");
      }
      return answerError(answer, "PERMISSION_DENIED", `${host} refuses: ${text || "HTTP 403"}`);
    case 404:
    case 405:
      return answerError(answer, "NOT_THE_API", `${host} has no ${answer.path} (HTTP ${status}).`, wherePrefixIs(host));
    case 408:
    case 429:
      return answerError(answer, "RATE_LIMITED", `${host} asks to slow down (HTTP ${status}).`);
    case 413:
      return tooLarge(answer);
    case 421:
      return answerError(answer, "HOST_NOT_ALLOWED", `${host} does not answer to this name: ${text}`);
    case 431:
      return headersTooLarge(answer);
    case 502:
    case 503:
      return unavailable(answer, text || `HTTP ${status}`);
  }
  if (status >= 500) return answerError(answer, "SERVER_ERROR", `${host} failed (HTTP ${status}): ${text}`);
  if (status >= 400) return answerError(answer, "INVALID_REQUEST", `${host} refuses (HTTP ${status}): ${text}`);
  return answerError(
    answer,
    "NOT_THE_API",
    `${host} answers with something else than the Pipelines API (HTTP ${status}).`,
    wherePrefixIs(host),
  );
}

function meshDenied(answer: Answer, text: string): ApiError {
  const fix = answer.claimsIdentity
    ? "Take the header away that names a user (kubeflow-userid): only the gateway may set it. Send a token instead."
    : answer.authenticated
      ? undefined
      : "Send a token with the audience pipelines.kubeflow.org: nothing was sent that says who is asking.";
  return answerError(answer, "MESH_DENIED", `the service mesh before ${answer.host} refuses: ${text}`, fix);
}

/** Envoy says how the connection failed: one that is reset or ended speaks for a side without a sidecar. */
function sidecars(text: string): string | undefined {
  return /connection termination|TLS_error|TLS error|WRONG_VERSION_NUMBER|reset reason: (connection )?reset/i.test(text)
    ? "One side speaks TLS of the mesh and the other does not: have a sidecar on both (inject one into your pod, restart the pods of the deployment), or go through the gateway."
    : undefined;
}

function tlsExpected(answer: Answer): ApiError {
  const fix = `Use ${answer.host.replace(/^http:/, "https:")}`;
  return answerError(answer, "TLS_EXPECTED", `${answer.host}: the port speaks only TLS.`, fix);
}

function unavailable(answer: Answer, fact: string, fix?: string): ApiError {
  return answerError(answer, "SERVER_UNAVAILABLE", `${answer.host} is not available: ${fact}`, fix);
}

function gatewayTimeout(answer: Answer): ApiError {
  return answerError(
    answer,
    "GATEWAY_TIMEOUT",
    `a proxy before ${answer.host} gave up waiting (HTTP ${answer.status}).`,
  );
}

function tooLarge(answer: Answer): ApiError {
  return answerError(answer, "TOO_LARGE", `${answer.host} refuses a request of this size (HTTP ${answer.status}).`);
}

function headersTooLarge(answer: Answer): ApiError {
  return answerError(
    answer,
    "HEADERS_TOO_LARGE",
    `${answer.host} refuses headers of this size (HTTP ${answer.status}).`,
  );
}

/** The dashboard shows Kubeflow Pipelines in a frame below `/_/pipeline`, and takes no changes there. */
function belowDashboard(answer: Answer): ApiError {
  const right = `${new URL(answer.host).origin}/pipeline`;
  const fact = `${answer.host} is where the dashboard shows Kubeflow Pipelines, not its API.`;
  return answerError(answer, "WRONG_PATH", fact, `Use the endpoint ${right}`);
}

function wherePrefixIs(host: string): string {
  const { origin, pathname } = new URL(host);
  return pathname === "/"
    ? `The endpoint is what stands before /apis/v2beta1; in full Kubeflow that is ${origin}/pipeline`
    : `The endpoint is what stands before /apis/v2beta1; for ml-pipeline itself that is ${origin}`;
}
