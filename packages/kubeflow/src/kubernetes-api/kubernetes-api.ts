import type { Rbac } from "../rbac/rbac.ts";
import type { AccessAttributes } from "../rbac/rbac-objects.ts";
import { jsonWebKeySet, openIdConfiguration } from "../tokens/discovery.ts";
import type { SigningKey } from "../tokens/signing-key.ts";
import { notFound, StatusError } from "../tokens/status-error.ts";
import type { TokenIssuer } from "../tokens/token-issuer.ts";
import { attributesOf, NOBODY, specIn, textOf, textsOf, wholeNumberOf } from "./review-bodies.ts";
import { type ApiAnswer, badRequest, methodNotAllowed, statusOf, unauthorized } from "./status.ts";

/** Whom the API asks. */
export interface KubernetesApiOptions {
  readonly issuer: TokenIssuer;
  readonly keys: () => readonly SigningKey[];
  /** The rules in force. */
  readonly rbac: () => Rbac;
}

/** A request to the API. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  readonly body: string;
  /** Where the API is reached: `http://127.0.0.1:6443`. */
  readonly origin: string;
}

interface Caller {
  readonly user: string;
  readonly groups: readonly string[];
}

const ANONYMOUS: Caller = { user: "system:anonymous", groups: ["system:unauthenticated"] };

const TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
const SELF_REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
const SELF_ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const TOKEN_REQUEST = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)\/token$/;

/**
 * The part of the Kubernetes API that tokens and access need, as a Kubernetes API server answers it: TokenReview,
 * SubjectAccessReview, TokenRequest, the reviews of oneself, and OpenID discovery.
 *
 * Callers prove who they are with a token for the API itself and need the right to create what they create; discovery is
 * open, since it holds public keys alone.
 */
export async function answerKubernetesApi(options: KubernetesApiOptions, request: ApiRequest): Promise<ApiAnswer> {
  try {
    return await answer(options, request);
  } catch (error) {
    if (error instanceof StatusError) return statusOf(error);
    throw error;
  }
}

async function answer(options: KubernetesApiOptions, request: ApiRequest): Promise<ApiAnswer> {
  const { method, path, body, origin } = request;
  if (method === "GET" && path === "/.well-known/openid-configuration") {
    return { status: 200, body: openIdConfiguration(options.issuer.issuer, `${origin}/openid/v1/jwks`) };
  }
  if (method === "GET" && path === "/openid/v1/jwks") {
    return { status: 200, body: jsonWebKeySet(options.keys()), contentType: "application/jwk-set+json" };
  }
  const caller = callerOf(options.issuer, request.authorization);
  const [, namespace, name] = TOKEN_REQUEST.exec(path) ?? [];
  const known = [TOKEN_REVIEWS, SELF_REVIEWS, ACCESS_REVIEWS, SELF_ACCESS_REVIEWS].includes(path) || name !== undefined;
  if (!known) return unknownPath(options, caller, method, path);
  if (method !== "POST") throw methodNotAllowed();
  const created = (kind: string, group: string, fields: object): ApiAnswer => ({
    status: 201,
    body: { kind, apiVersion: `${group}/v1`, ...fields },
  });
  if (namespace !== undefined && name !== undefined) {
    return created("TokenRequest", "authentication.k8s.io", await requestToken(options, caller, namespace, name, body));
  }
  if (path === SELF_REVIEWS) {
    if (caller === ANONYMOUS) throw unauthorized();
    const userInfo = { username: caller.user, groups: caller.groups };
    return created("SelfSubjectReview", "authentication.k8s.io", { metadata: {}, status: { userInfo } });
  }
  if (path === SELF_ACCESS_REVIEWS) {
    if (caller === ANONYMOUS) throw unauthorized();
    const spec = specIn(body, "SelfSubjectAccessReview");
    const status = reviewAccess(options, caller, attributesOf(spec));
    return created("SelfSubjectAccessReview", "authorization.k8s.io", { metadata: {}, spec, status });
  }
  if (path === TOKEN_REVIEWS) {
    allow(options, caller, { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" });
    const spec = specIn(body, "TokenReview");
    const token = textOf(spec, "token");
    if (token === "") throw badRequest("token is required for TokenReview in authentication");
    const status = options.issuer.review(token, textsOf(spec, "audiences"));
    return created("TokenReview", "authentication.k8s.io", { metadata: {}, spec, status });
  }
  allow(options, caller, { verb: "create", group: "authorization.k8s.io", resource: "subjectaccessreviews" });
  const spec = specIn(body, "SubjectAccessReview");
  const subject = { user: textOf(spec, "user"), groups: textsOf(spec, "groups") };
  const attributes = attributesOf(spec, subject.user === "" && subject.groups.length === 0 ? [NOBODY] : []);
  const status = reviewAccess(options, subject, attributes);
  return created("SubjectAccessReview", "authorization.k8s.io", { metadata: {}, spec, status });
}

async function requestToken(
  options: KubernetesApiOptions,
  caller: Caller,
  namespace: string,
  name: string,
  body: string,
): Promise<object> {
  const resource = { group: "", resource: "serviceaccounts", subresource: "token" };
  allow(options, caller, { verb: "create", namespace, name, ...resource });
  const spec = specIn(body, "TokenRequest");
  const audiences = textsOf(spec, "audiences");
  const expirationSeconds = wholeNumberOf(spec, "expirationSeconds");
  const bound = spec.boundObjectRef as { readonly kind?: unknown; readonly name?: unknown } | null | undefined;
  // There are no pods and secrets here that a token could be bound to.
  if (bound) throw notFound(`${String(bound.kind ?? "pod").toLowerCase()}s`, String(bound.name ?? ""));
  const issued = await options.issuer.issue({ namespace, serviceAccount: name, audiences, expirationSeconds });
  const issuedAt = issued.expiresAt.getTime() - issued.expirationSeconds * 1000;
  return {
    metadata: { name, namespace, uid: issued.serviceAccount.uid, creationTimestamp: instant(issuedAt) },
    spec: { audiences: issued.audiences, expirationSeconds: issued.expirationSeconds, boundObjectRef: null },
    status: { token: issued.token, expirationTimestamp: instant(issued.expiresAt.getTime()) },
  };
}

function callerOf(issuer: TokenIssuer, authorization: string | undefined): Caller {
  if (authorization === undefined) return ANONYMOUS;
  const [, token = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const { authenticated, user } = issuer.review(token);
  if (!authenticated || user.username === undefined) throw unauthorized();
  return { user: user.username, groups: user.groups ?? [] };
}

function reviewAccess({ rbac }: KubernetesApiOptions, subject: Caller, attributes: AccessAttributes): object {
  const { allowed, reason } = rbac().review(subject, attributes);
  return { allowed, ...(reason !== "" && { reason }) };
}

interface Needed {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** @throws StatusError 403, worded as the Kubernetes API words it */
function allow({ rbac }: KubernetesApiOptions, caller: Caller, needed: Needed): void {
  if (rbac().review(caller, needed).allowed) return;
  const { verb, group, resource, subresource, namespace, name } = needed;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const place = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const what = `${group === "" ? resource : `${resource}.${group}`}${name === undefined ? "" : ` "${name}"`}`;
  throw new StatusError(
    403,
    "Forbidden",
    `${what} is forbidden: User "${caller.user}" cannot ${verb} resource "${whole}" in API group "${group}" ${place}`,
    { name, group: group === "" ? undefined : group, kind: resource },
  );
}

function unknownPath({ rbac }: KubernetesApiOptions, caller: Caller, method: string, path: string): ApiAnswer {
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  if (rbac().review(caller, { verb, path }).allowed) {
    return { status: 404, body: "404 page not found\n", contentType: "text/plain; charset=utf-8" };
  }
  throw new StatusError(403, "Forbidden", `forbidden: User "${caller.user}" cannot ${verb} path "${path}"`, {});
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
