import { resolve } from "node:path";
import { readCredentialsDescription, type SecretReference } from "@kfp-ts/sdk";
import { type Context, type ContextCredentials, changeConfig, endpointOf, nameProblem } from "@kfp-ts/sdk/contexts";
import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, repeated, textOption, type ValuesOf } from "../command-line/option.ts";
import { printable } from "../output/printable.ts";

const SHOWN = "Everybody on this machine can read arguments, and what is saved is no place for a secret.";

/** Refuses a secret where one would type it out of habit. */
function refused(what: string, instead: string) {
  return textOption(what, `Refused: a secret is never an argument. ${instead}`);
}

const secrets = {
  passwordEnv: textOption("variable", "The password is in this environment variable, each time it is needed."),
  passwordFile: textOption("path", "The password is in this file, which nobody else can read."),
  passwordCommand: repeated("word", "This program prints the password; one word each, its arguments behind it."),
  tokenEnv: textOption("variable", "A bearer token is in this environment variable."),
  tokenFile: textOption("path", "A bearer token is in this file; it is read again when it changes."),
  tokenCommand: repeated("word", "This program prints a bearer token, as kubectl's plugins do; one word each."),
  cookiesEnv: textOption("variable", "Cookies, as a Cookie header has them, are in this environment variable."),
  cookiesFile: textOption("path", "Cookies are in this file, which nobody else can read."),
};

const options = {
  endpoint: textOption("url", "The server: what stands before /apis in its URLs. A new context needs it."),
  namespace: textOption("name", "The Kubernetes namespace, where the server is multi-user.", { short: "n" }),
  username: textOption(
    "name",
    "Who logs in. Without a password below, kfp-ts login asks for it and saves the session.",
  ),
  connector: textOption("id", "Whom the login asks about the password, where it offers several: local, ldap.", {
    otherwise: "local",
  }),
  loginOrigin: repeated("origin", "A further origin that may be given the password: https://dex.example.com."),
  password: refused("password", "Use --password-env, --password-file or --password-command, or kfp-ts login."),
  ...secrets,
  token: refused("token", "Use --token-env, --token-file or --token-command."),
  browser: flag("Log in in the browser."),
  pythonCredentials: flag("Send the cookie or the header that Python's kfp has kept (~/.config/kfp/context.json)."),
  noCredentials: flag("Send nothing that says who is asking."),
  caFile: textOption("path", "Trust the certificate authorities of this file (PEM) instead of the usual ones."),
  insecureSkipTlsVerify: flag("Accept any certificate. Anybody on the way can then read and change everything."),
  tunnel: textOption("service", "Refused: a context keeps an address, and a tunnel has a new one each time."),
  use: flag("Use it from now on."),
};

type Values = ValuesOf<typeof options>;

/** `kfp-ts context set`. */
export const set = command({
  name: "set",
  summary: "Make a context, or change what is said of one.",
  description:
    "What is not said stays as it is. An empty text takes something away: --namespace ''. Credentials are said by where " +
    "they are, never by what they are. The first context that is made is the current one.",
  args: { name: "Its name." },
  completes: { name: "contexts" },
  options,
  examples: [
    "context set box --endpoint http://localhost:8080/pipeline --username user@example.com",
    "context set prod --endpoint https://kubeflow.example.com/pipeline --namespace team-a --username ada --password-env KFP_PASSWORD",
    "context set ci --endpoint https://kubeflow.example.com/pipeline --token-command gcloud --token-command auth --token-command print-identity-token",
  ],
  speaks: false,
  async run({ args: { name }, options, io }) {
    if (options.password !== undefined || options.token !== undefined) {
      const which = options.password === undefined ? "token" : "password";
      throw new UsageError(
        `--${which} is refused. ${SHOWN}`,
        `Say where it is: --${which}-env, --${which}-file or --${which}-command.`,
      );
    }
    const problem = nameProblem(name);
    if (problem !== undefined) throw new UsageError(`The name of a context ${problem}`);
    if (options.tunnel !== undefined) throw noTunnel(name, options.tunnel);
    const endpoint = options.endpoint === undefined ? undefined : endpointOf(options.endpoint);
    let isNew = false;
    const config = await changeConfig(io.env, (before) => {
      const known = before.contexts.get(name);
      isNew = known === undefined;
      const contexts = new Map(before.contexts).set(name, changed(name, known, endpoint, options));
      const current = options.use || before.current === undefined ? name : before.current;
      return { current, contexts };
    });
    io.stderr.write(
      `${isNew ? "Made" : "Changed"} the context ${name}${config.current === name ? ", which is the current one" : `. To use it: kfp-ts context use ${name}`}\n`,
    );
    if (options.insecureSkipTlsVerify) io.stderr.write("warning: certificates will not be checked in it.\n");
  },
});

function noTunnel(name: string, service: string): UsageError {
  const forward = ["kfp-ts port-forward", ...(service === "" ? [] : [service]), "--local-port 8080"].join(" ");
  return new UsageError(
    "A context keeps an address, and a tunnel has a new one each time.",
    `Keep one open where the address stays: ${printable(forward)}, and save the address that it says: ` +
      `kfp-ts context set ${name} --endpoint http://127.0.0.1:8080`,
  );
}

function changed(name: string, known: Context | undefined, endpoint: string | undefined, options: Values): Context {
  const url = endpoint ?? known?.endpoint;
  if (url === undefined) {
    throw new UsageError(`There is no context ${name} yet, and a new one needs an endpoint.`, "Add --endpoint URL.");
  }
  const described = credentialsSaid(options, known?.credentials);
  // What is saved has to be readable again.
  if (described !== undefined && described.kind !== "python") readCredentialsDescription(described);
  // Credentials that were given for one server are not handed to another because the endpoint is corrected.
  const moved = known !== undefined && new URL(known.endpoint).origin !== new URL(url).origin;
  if (moved && described === undefined && known.credentials !== undefined && !options.noCredentials) {
    throw new UsageError(
      `The context ${name} has credentials for ${known.endpoint}, and ${url} is another server.`,
      "Say credentials for it as well, or --no-credentials.",
    );
  }
  const caFile = options.caFile === undefined ? known?.tls?.caFile : options.caFile && resolve(options.caFile);
  const insecureSkipVerify =
    options.insecureSkipTlsVerify || (options.caFile === undefined && known?.tls?.insecureSkipVerify);
  return {
    endpoint: url,
    namespace: (options.namespace ?? known?.namespace) || undefined,
    credentials: options.noCredentials ? undefined : (described ?? known?.credentials),
    tls:
      caFile || insecureSkipVerify
        ? { caFile: caFile || undefined, insecureSkipVerify: insecureSkipVerify || undefined }
        : undefined,
  };
}

/** The credentials that the options describe; undefined where they say nothing of them. */
function credentialsSaid(options: Values, known: ContextCredentials | undefined): ContextCredentials | undefined {
  const { username, connector, loginOrigin, tokenCommand, browser, pythonCredentials, noCredentials } = options;
  const password = reference("password", options.passwordEnv, options.passwordFile, options.passwordCommand);
  const token = reference("token", options.tokenEnv, options.tokenFile, tokenCommand);
  const cookies = reference("cookies", options.cookiesEnv, options.cookiesFile, []);
  const ways = Object.entries({
    "--username": username ?? password ?? connector ?? (loginOrigin.length > 0 || undefined),
    "--token-…": token,
    "--cookies-…": cookies,
    "--browser": browser || undefined,
    "--python-credentials": pythonCredentials || undefined,
    "--no-credentials": noCredentials || undefined,
  }).flatMap(([way, said]) => (said === undefined ? [] : [way]));
  if (ways.length > 1) throw new UsageError(`${ways.join(" and ")} exclude each other.`, "Give one of them.");
  if (token !== undefined) {
    return "command" in token ? { kind: "command", command: token.command } : { kind: "bearer-token", token };
  }
  if (cookies !== undefined) return { kind: "cookies", cookies };
  if (browser) return { kind: "browser" };
  if (pythonCredentials) return { kind: "python" };
  if (ways[0] !== "--username") return undefined;
  const before = known?.kind === "dex-password" ? known : undefined;
  const user = username ?? before?.username ?? (known?.kind === "session" ? known.username : undefined);
  if (user === undefined) throw new UsageError("A password without a name.", "Add --username NAME.");
  const ofUser = before?.username === user ? before : undefined;
  const secret = password ?? ofUser?.password;
  if (secret === undefined) {
    if (connector !== undefined || loginOrigin.length > 0) {
      throw new UsageError(
        "--connector and --login-origin say how a password is used, and no password was said.",
        "Add --password-env, --password-file or --password-command; or give them to kfp-ts login.",
      );
    }
    return { kind: "session", username: user };
  }
  const origins = loginOrigin.length > 0 ? loginOrigin : ofUser?.loginOrigins;
  const by = connector ?? ofUser?.connector;
  return {
    kind: "dex-password",
    username: user,
    password: secret,
    ...(by !== undefined && { connector: by }),
    ...(origins !== undefined && { loginOrigins: origins }),
  };
}

function reference(
  what: string,
  env: string | undefined,
  file: string | undefined,
  words: readonly string[],
): SecretReference | undefined {
  const said = [env, file, words.length > 0 ? words : undefined].filter((one) => one !== undefined);
  if (said.length > 1) throw new UsageError(`The ${what} is said to be in several places.`, "Give one of them.");
  if (env !== undefined) return { env };
  if (file !== undefined) return { file: resolve(file) };
  return words.length > 0 ? { command: words } : undefined;
}
