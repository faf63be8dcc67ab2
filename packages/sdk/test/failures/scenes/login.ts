import { cookies, dexPassword } from "../../../src/index.ts";
import { json, page } from "../../helpers/local-server.ts";
import { type Changes, html as dexPage, password, redirect, scriptedGateway } from "../../login/scripted-gateway.ts";
import { at, html, plain, refuses, type Scene, type SceneElsewhere, says, signIn } from "../scene.ts";

/** What somebody passes who logs in with a password at a gateway whose pages do this. */
async function loggingIn(changes: Changes) {
  const { origin } = await scriptedGateway(changes);
  return { host: `${origin}/pipeline`, credentials: dexPassword({ username: "user@example.com", password }) };
}

/** Answers as a gateway does for which a session is over: to the API in one way, to people in another. */
const oauth2Proxy: Parameters<typeof at>[0] = ({ url }, response) =>
  url.includes("/apis/") ? json(response, 401, {}) : page(response, 403, html, signIn);

/** Logins, sessions and cookies. */
export const loginScenes: readonly Scene[] = [
  {
    number: 10,
    what: "a page to log in comes with 200, where a redirection was followed on the way",
    symptom: "200 with the page of oauth2-proxy or Dex; clients that read it as JSON have nothing in their fields",
    arrange: () => at(says(200, html, signIn)),
    code: "LOGIN_REQUIRED",
    fix: /dexPassword|browserLogin/,
  },
  {
    number: 10,
    what: "oidc-authservice leads to Dex",
    symptom: "302 to /dex/auth",
    arrange: () => at(says(302, html, "", { location: "/dex/auth?client_id=kubeflow-oidc-authservice&state=secret" })),
    code: "LOGIN_REQUIRED",
    fix: /dexPassword|browserLogin/,
  },
  {
    number: 11,
    what: "the session has ended, and nothing can log in again",
    symptom: "401 {} to the API, and 403 with the sign-in page to people, after a day",
    arrange: () => at(oauth2Proxy, { credentials: cookies("oauth2_proxy_kubeflow=ended") }, "/pipeline"),
    code: "UNAUTHENTICATED",
    doctor: "LOGIN_REQUIRED",
    fix: /expired/,
  },
  {
    number: 11,
    what: "what the gateway keeps behind the cookie has ended",
    symptom: "401 Jwt is expired",
    arrange: () =>
      at(says(401, plain, "Jwt is expired"), { credentials: cookies("oauth2_proxy_kubeflow=kept") }, "/pipeline"),
    code: "TOKEN_EXPIRED",
    fix: /[Ll]og in again/,
  },
  {
    number: 12,
    what: "the cookie has the name that gateways gave it before 1.9",
    symptom: "authservice_session is passed to a gateway that wants oauth2_proxy_kubeflow",
    arrange: () => at(oauth2Proxy, { credentials: cookies("authservice_session=good") }, "/pipeline"),
    code: "UNAUTHENTICATED",
    doctor: "LOGIN_REQUIRED",
  },
  {
    number: 13,
    what: "the sign-in page of Kubeflow 1.9 stands before the login",
    symptom: "403 with a page that has a button",
    arrange: () => at(says(403, html, signIn), {}, "/pipeline"),
    code: "LOGIN_REQUIRED",
    fix: /dexPassword|browserLogin/,
  },
  {
    number: 14,
    what: "Dex forgets each login before it is finished",
    symptom: "User session expired",
    arrange: () =>
      loggingIn({
        "/dex/auth/local/login": (_request, response) =>
          dexPage(response, 400, '<div class="dex-error-box">Bad Request: User session expired.</div>'),
      }),
    code: "LOGIN_FAILED",
    names: /forgot the login/,
  },
  {
    number: 15,
    what: "the gateway misses the cookie of the login",
    symptom: "Login Failed: Unable to find a valid CSRF token. Please try again.",
    arrange: () =>
      loggingIn({
        "/oauth2/callback": (_request, response) =>
          dexPage(response, 403, "Login Failed: Unable to find a valid CSRF token. Please try again."),
      }),
    code: "LOGIN_COOKIE_LOST",
    names: /cookie/,
  },
  {
    number: 17,
    what: "the session's cookie does not come back, and the gateway asks to log in without end",
    symptom: "the login succeeds, and leads to the login again",
    arrange: () => loggingIn({ "/oauth2/callback": (_request, response) => redirect(response, "/pipeline") }),
    code: "LOGIN_COOKIE_LOST",
  },
  ...(
    [
      [431, plain, "Request Header Fields Too Large", "431, as Envoy and Node say it"],
      [
        400,
        html,
        "<html><head><title>400 Request Header Or Cookie Too Large</title></head></html>",
        "400, as nginx says it",
      ],
    ] as const
  ).map(
    ([status, type, body, symptom]): Scene => ({
      number: 16,
      what: `cookies of many logins have piled up: ${status}`,
      symptom,
      arrange: () => at(says(status, type, body)),
      code: "HEADERS_TOO_LARGE",
      fix: /cookies/,
    }),
  ),
  {
    number: 16,
    what: "a token is larger than gRPC takes",
    symptom: "received initial metadata size exceeds limit",
    arrange: () => at(refuses(429, 8, "received initial metadata size exceeds limit")),
    code: "HEADERS_TOO_LARGE",
    fix: /fewer claims/,
  },
];

/** This takes a gateway that is not of this machine: a Secure cookie goes to this machine over http, too. */
export const loginScenesElsewhere: readonly SceneElsewhere[] = [
  {
    number: 17,
    what: "a cookie marked Secure is not sent over http",
    symptom: "Unable to find a valid CSRF token, at an endpoint without https",
    code: "LOGIN_COOKIE_LOST",
    file: "packages/sdk/test/login/password-log-in.test.ts",
  },
];
