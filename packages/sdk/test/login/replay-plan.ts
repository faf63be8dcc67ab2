/** What a login comes to that meets a recorded scenario. */
export interface Plan {
  /** The code of the error; undefined for a login that comes about. */
  readonly code?: string;
  /** The connector that is asked for. @default "local" */
  readonly connector?: string;
  /** The recording whose login leads to the scenario. @default its own */
  readonly base?: string;
  /** At which exchanges of the scenario one begins; each is a login of its own. @default at the first */
  readonly starts?: readonly number[];
  /** How many exchanges of the scenario are met. @default all that follow */
  readonly length?: number;
  /** The cookies that the gateway set are lost on the way. */
  readonly cookiesLost?: boolean;
  /** The path of the endpoint. @default "/pipeline" */
  readonly endpoint?: string;
  /** Whether the whole login comes after it, as if the scenario had been its beginning. */
  readonly beginning?: boolean;
  /** Whether the login is begun once more from its first page, and comes about then. */
  readonly again?: boolean;
  /** A scenario that is what the API answers at the end. */
  readonly asHealth?: boolean;
}

const ok: Plan = {};
const refused: Plan = { code: "LOGIN_REFUSED" };
const ldap: Plan = { connector: "ldap" };

/** Scenarios by what they come to. A pattern is for scenarios that are recorded for several variants. */
export const plans: readonly (readonly [pattern: RegExp, plan: Plan])[] = [
  [/^.*:login_ok_from_\/pipeline$/, ok],
  [/^.*:login_email_upper_case$/, ok],
  // Their recordings end at the page that asks for approval; the login goes on from there.
  [/^kf19-approval:two_starts_one_jar_finish_first$/, ok],
  [/^.*:login_second_try_same_form$/, ok],
  [/^.*:login_with_external_rd$/, ok],
  [/^.*:login_ldap$/, ldap],
  [/^.*:login_ldap_many_groups_split_cookie$/, { ...ldap, length: 2 }],
  [/^.*:login_(wrong_password|unknown_user|empty_password|short_name)$/, refused],
  [/^.*:login_ldap_(wrong_password|unknown_user|email_as_name)$/, { ...refused, ...ldap }],
  [/^.*:login_ldap_user_on_local$/, refused],
  [/^.*:login_local_user_on_ldap$/, { ...refused, ...ldap }],
  [/^.*:authed_api_healthz$/, { asHealth: true }],
  [/^.*:authed_api_root_not_under_pipeline$/, { asHealth: true, code: "NOT_THE_API" }],
  [/^.*:unauth_page_(\/pipeline|\/pipeline_accept_json|xrw)$/, { beginning: true }],
  [/^.*:unauth_page_\/$/, { beginning: true, endpoint: "" }],
  [
    /^.*:(replay_login_url_after_success_same_jar|dex_login_unknown_state)$/,
    { starts: [0, 1], length: 1, again: true },
  ],
  [/^.*:dex_misc$/, { length: 1, code: "LOGIN_FAILED", cookiesLost: true }],
  [
    /^.*:(callback_in_another_jar_no_csrf_cookie|password_posted_in_another_jar)$/,
    { cookiesLost: true, code: "LOGIN_COOKIE_LOST" },
  ],
  [/^kf18:two_starts_one_jar_finish_first$/, { code: "LOGIN_COOKIE_LOST" }],
  [/^.*:two_starts_one_jar_finish_first$/, { code: "LOGIN_FAILED" }],
  [/^.*:oauth2_unauth_callback_(bare|error)$/, { code: "LOGIN_FAILED", cookiesLost: true }],
  [/^.*:approval_prompt_none_dex_2026$/, { code: "LOGIN_FAILED" }],
  [/^.*:dex_sessions_enabled_prompt_none$/, { code: "LOGIN_FAILED" }],
  [/^.*:ldap_server_down$/, { ...ldap, base: "kf19-ldap", code: "LOGIN_UNAVAILABLE" }],
  [/^.*:dex_down_login$/, { base: "kf19", code: "LOGIN_UNAVAILABLE" }],
  [/^.*:oauth2_proxy_down$/, { base: "kf19", starts: [1, 2], length: 1, code: "LOGIN_UNAVAILABLE", cookiesLost: true }],
  [/^.*:kfp_down$/, { base: "kf19", asHealth: true }],
];

/** Scenarios that no login can meet, with the reason. */
export const notApplicable: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /:authed_(?!api_healthz$|api_root_not_under_pipeline$)/,
    "a call with a session; calls are tested in test/call and test/errors",
  ],
  [/:login_ldap_then_api$/, "a call with a session"],
  [/^kf19-approval:password_posted_in_another_jar$/, "the recording ends before anything comes of it"],
  [/:user_without_rights$/, "a call with a session"],
  [/:login_ok_deep_link_with_query$/, "an endpoint has no query, so a login is never begun with one"],
  [/:unauth_(HEAD_page|POST_page)$/, "a login is begun with GET"],
  [/:unauth_(api_|ml_metadata|apis_no_slash)/, "a call without a login; a login is begun at the endpoint's page"],
  [/:cookie_/, "a call with cookies that somebody has changed"],
  [/:(oauth2_proxy_kubeflow|authservice_session)_/, "a call with cookies that somebody has changed"],
  [/:split_cookie_/, "a call with cookies that somebody has changed"],
  [/:callback_then_callback_again$/, "a login passes the callback once"],
  [/:dex_connector_mismatch$/, "a login takes the URLs that the pages have"],
  [/:(authz|direct_kfp)_/, "a call with a token; a login sends none"],
  [/:(logout|session_as_bearer)/, "not a login"],
  [/:authservice_(unauth|authed)_/, "pages that a login never asks for"],
  [/:oauth2_(authed_|unauth_(sign_in|auth|userinfo|start_|robots|ping))/, "pages that a login never asks for"],
  [/:approval_(rejected|without_or_bad_hmac)$/, "a login approves, and sends the form to where its page stands"],
  [
    /:approval_second_login_same_user_asks_again$/,
    "a login begins without cookies, so it is never the second in a jar",
  ],
  [/:dex_down_valid_session_still_works$/, "a call with a session"],
  [/^expiry:/, "how long a session lives, tested in test/sessions"],
];
