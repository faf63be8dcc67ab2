import { badOption } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import { readOrigins } from "../login/login-origins.ts";
import { passwordLogIn } from "../login/password-log-in.ts";
import { LoginSession } from "../sessions/login-session.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Who logs in, and how.
 *
 * @example
 * import { type DexPasswordOptions, dexPassword } from "@kfp-ts/sdk";
 *
 * const options: DexPasswordOptions = {
 *   username: "user@example.com",
 *   password: () => process.env.KUBEFLOW_PASSWORD ?? "",
 *   connector: "ldap",
 * };
 * console.log(typeof dexPassword(options).headers);
 */
export interface DexPasswordOptions {
  /** What stands in the first field of the login page: an e-mail address, or a name. */
  readonly username: string;
  /** The password, or what gives it: a function is called when a login page asks for it, and not before. */
  readonly password: string | (() => string | Promise<string>);
  /**
   * Which of Dex's connectors knows the user: `local` for its static passwords, `ldap`, or another id.
   *
   * @default the only one there is; `local` where there are several
   */
  readonly connector?: "local" | "ldap" | (string & {}) | undefined;
  /** Origins to which the login may lead beside that of the endpoint, and which may see the password. @default none */
  readonly loginOrigins?: readonly string[] | undefined;
  /** Keeps the session beyond the end of the program. @default in memory only */
  readonly sessions?: SessionStore | undefined;
}

/**
 * Logs in with a name and a password on the pages of Dex, through the gateway of a full Kubeflow, as a person does in a
 * browser; of any version: before 1.9 with oidc-authservice, later with oauth2-proxy. An endpoint that asks nobody to log
 * in gets no cookies. The first call logs in; a session that ends is renewed once for all calls, and a login that is
 * refused is not tried again, so that no account is locked.
 *
 * The password goes to the endpoint's own origin and to `loginOrigins`, over https or to this machine, and nowhere else.
 * Works in Node only.
 *
 * @throws KfpError BAD_OPTION; from calls, `LOGIN_…`: each names the page at which the login ended, and the remedy.
 *
 * @example
 * import { Client, dexPassword } from "@kfp-ts/sdk";
 *
 * // kubectl port-forward --namespace istio-system svc/istio-ingressgateway 8080:80
 * const credentials = dexPassword({ username: "user@example.com", password: "12341234", connector: "local" });
 * const kfp = new Client({ host: "http://localhost:8080/pipeline", namespace: "my-profile-namespace", credentials });
 * for await (const experiment of kfp.experiments.list()) console.log(experiment.displayName);
 */
export function dexPassword(options: DexPasswordOptions, now: () => number = Date.now): Credentials {
  if (typeof options !== "object" || options === null) {
    throw badOption("The options are no object.", "Say who logs in: dexPassword({ username, password })");
  }
  const { username, password, connector, loginOrigins, sessions } = options;
  if (typeof username !== "string" || username.trim() === "") throw badOption("username is no name of a user.");
  if (typeof password !== "string" && typeof password !== "function") {
    throw badOption("password is neither a text nor a function that gives one.");
  }
  if (connector !== undefined && (typeof connector !== "string" || connector === "")) {
    throw badOption("connector is no id of a connector.", 'Name one of Dex, such as "local" or "ldap".');
  }
  let latest: string | undefined;
  const logIn = passwordLogIn({
    username,
    password: async () => {
      latest = await given(password);
      return latest;
    },
    connector,
    loginOrigins: readOrigins(loginOrigins),
  });
  const secretChanged = typeof password === "function" ? async () => (await given(password)) !== latest : undefined;
  return new LoginSession({ logIn, user: username, secretChanged, sessions, now });
}

async function given(password: DexPasswordOptions["password"]): Promise<string> {
  if (typeof password === "string") return password;
  const text: unknown = await password();
  if (typeof text === "string") return text;
  throw new KfpError("CREDENTIALS_FAILED", {
    message: "login: the function that is to give the password gave no text.",
    fix: "Look at what gives the password.",
  });
}
