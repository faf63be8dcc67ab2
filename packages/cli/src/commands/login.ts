import { browserLogin, type Client, type Credentials, dexPassword, type StoredSession } from "@kfp-ts/sdk";
import {
  type Context,
  changeConfig,
  endpointOf,
  type KeptSessions,
  keptSessions,
  loadConfig,
  nameProblem,
  secretAt,
  settled,
} from "@kfp-ts/sdk/contexts";
import { CommandError, UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, repeated, textOption, type ValuesOf } from "../command-line/option.ts";
import type { Settings } from "../contexts/settings.ts";
import { exitCodes } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import type { Session } from "../session.ts";
import { loginBesideTunnel } from "../tunnels/said.ts";

const options = {
  username: textOption("name", "Who logs in: an e-mail address, or a name.", {
    otherwise: "that of the context; else it asks",
  }),
  passwordStdin: flag("Read the password from the first line of the input."),
  password: textOption("password", "Refused: a secret is never an argument. Use --password-stdin, or be asked."),
  connector: textOption("id", "Whom the login asks about the password, where it offers several: local, ldap.", {
    otherwise: "the only one there is, else local",
  }),
  loginOrigin: repeated("origin", "A further origin that may be given the password: https://dex.example.com."),
  browser: flag("Log in in the browser."),
  saveAs: textOption(
    "name",
    "Make a context of it with this name, or change the one that there is, and use it from now on.",
  ),
};

type Values = ValuesOf<typeof options>;

/** `kfp-ts login`: one login, kept for the commands that follow. */
export const login = command({
  name: "login",
  summary: "Log in at the gateway of a full Kubeflow; what follows goes on with the session.",
  description:
    "It asks for the name and the password where nothing says them. The session is kept in a file that is closed to others; " +
    "the password is not. Where there is no context yet, one is made of it.",
  optionalArg: { name: "endpoint", doc: "Where to log in, as --endpoint has it." },
  options,
  examples: [
    "login http://localhost:8080/pipeline",
    "login --endpoint https://kubeflow.example.com/pipeline --username ada@example.com --save-as prod",
    "login --context prod --browser",
  ],
  async run({ optionalArg, options, session, io }) {
    if (options.password !== undefined) {
      throw new UsageError(
        "--password is refused: everybody on this machine can read arguments.",
        "Leave it out and be asked; or pipe it in with --password-stdin.",
      );
    }
    const problem = options.saveAs === undefined ? undefined : nameProblem(options.saveAs);
    if (problem !== undefined) throw new UsageError(`The name of a context ${problem}`);
    if (optionalArg !== undefined) session.atEndpoint(optionalArg);
    const settings = await session.settings();
    for (const note of settings.notes) session.note(note);
    if (settings.tunnel !== undefined && settings.tunnel.from.kind !== "kubeconfig") {
      throw new UsageError("A login is kept for an address, and a tunnel has a new one each time.", loginBesideTunnel);
    }
    if (settings.endpoint === undefined) {
      throw new UsageError("Log in where? No endpoint was given.", "Say it: kfp-ts login --endpoint URL");
    }
    const endpoint = endpointOf(settings.endpoint.value);
    const sessions = keptSessions(io.env);
    if (sessions === undefined) {
      throw new UsageError(
        "This user has no home directory, so there is no place for a session.",
        "Set HOME or XDG_STATE_HOME.",
      );
    }
    const stranger = session.clientOf(settings, undefined);
    const before = await stranger.whoAmI();
    await stranger.close();
    if (before.identity.from !== "nobody") {
      session.note(`${endpoint} asks nobody to log in: there is nothing to keep.`);
      await save(options, settings, endpoint, undefined, io);
      return exitCodes.done;
    }
    const user = options.browser
      ? await inBrowser(settings, session, sessions)
      : await withPassword(options, settings, session, { endpoint, sessions });
    await save(options, settings, endpoint, options.browser ? undefined : user, io);
    return exitCodes.done;
  },
});

async function withPassword(
  options: Values,
  settings: Settings,
  session: Session,
  { endpoint, sessions }: { readonly endpoint: string; readonly sessions: KeptSessions },
): Promise<string> {
  const { io } = session;
  const ofContext = settings.context?.credentials;
  const known = ofContext?.kind === "dex-password" || ofContext?.kind === "session" ? ofContext : undefined;
  const username = options.username ?? known?.username ?? (await askName(io));
  const reference = known?.kind === "dex-password" && known.username === username ? known : undefined;
  const password = options.passwordStdin
    ? ((await io.stdin.readLine()) ?? "")
    : reference !== undefined
      ? await secretAt(reference.password, "the password", io.env)
      : await askPassword(io, username);
  if (password === "") throw new UsageError("The password is empty.", "Nothing was sent. Try again.");
  let made: StoredSession | undefined;
  const dex = {
    username,
    password,
    connector: options.connector ?? reference?.connector,
    loginOrigins: options.loginOrigin.length > 0 ? options.loginOrigin : reference?.loginOrigins,
    // What is kept is passed over, and what the server does not take is not kept.
    sessions: {
      load: async () => undefined,
      save: async (_: unknown, session: StoredSession) => {
        made = session;
      },
      delete: async () => {},
    },
  };
  const credentials = dexPassword(dex, io.now);
  const client = session.clientOf(settings, credentials);
  try {
    const user = await accepted(client);
    const key = { endpoint, user: username };
    await settled(credentials);
    if (made !== undefined) await sessions.save(key, made);
    await sessions.refusals.accepted(key);
    session.note(`Logged in at ${endpoint} as ${user ?? username}. The session is kept in ${sessions.file}.`);
  } finally {
    await client.close();
  }
  return username;
}

async function inBrowser(settings: Settings, session: Session, sessions: KeptSessions): Promise<string> {
  const ofContext = settings.context?.credentials;
  const described = ofContext?.kind === "browser" ? ofContext : undefined;
  const browser = browserLogin({
    issuer: described?.issuer,
    clientId: described?.clientId,
    scopes: described?.scopes,
    port: described?.port,
    sessions,
    onUrl: (url, opened) => session.note(`${opened ? "Log in in the browser window" : "Log in in a browser"}: ${url}`),
  });
  let user: string | undefined;
  let isLoggedIn = false;
  const credentials: Credentials = {
    ...(browser.patienceMs !== undefined && { patienceMs: browser.patienceMs }),
    async headers(request) {
      if (!isLoggedIn) {
        isLoggedIn = true;
        user = (await browser.logIn(request)).user;
      }
      return browser.headers(request);
    },
  };
  const client = session.clientOf(settings, credentials);
  try {
    await client.healthz.get();
    const named = await accepted(client);
    session.note(`Logged in at ${client.host} as ${named ?? user ?? "you"}. The session is kept in ${sessions.file}.`);
  } finally {
    await client.close();
  }
  return user ?? "";
}

/** Who the server takes us for; undefined where it does not say. */
async function accepted(client: Client): Promise<string | undefined> {
  const { identity } = await client.whoAmI();
  if (identity.from !== "nobody") return identity.user;
  throw new CommandError(
    `The login went through, and ${client.host} still does not know who is asking: ${identity.reason}`,
    identity.fix,
  );
}

async function askName(io: Io): Promise<string> {
  needTerminal(io, "who logs in", "--username NAME");
  io.stderr.write("Username: ");
  const name = (await io.stdin.readLine())?.trim();
  if (name) return name;
  throw new UsageError("Nobody was named.", "Say who logs in: --username NAME");
}

async function askPassword(io: Io, username: string): Promise<string> {
  needTerminal(io, "for the password", "--password-stdin, which reads it from a pipe");
  const password = await io.stdin.readHidden(() => io.stderr.write(`Password of ${printable(username)}: `));
  io.stderr.write("\n");
  return password ?? "";
}

function needTerminal({ stdin, stderr }: Io, what: string, instead: string): void {
  if (stdin.isTerminal && stderr.isTerminal) return;
  throw new UsageError(`Nobody can be asked ${what}: this is no terminal.`, `Use ${instead}.`);
}

/**
 * Makes a context of the login where that was asked for, or where there is none at all and the endpoint was found by no
 * variable, which would say it again for the next command.
 */
async function save(
  { saveAs }: Values,
  { endpoint: setting, namespace, context, caFile, insecureSkipVerify }: Settings,
  endpoint: string,
  username: string | undefined,
  io: Io,
): Promise<void> {
  if (saveAs === undefined) {
    if (context !== undefined || setting?.from.kind !== "option") return;
    const { current, contexts } = await loadConfig(io.env);
    if (current !== undefined || contexts.size > 0) {
      io.stderr.write(`Use it with --endpoint ${endpoint}, or give it a name: kfp-ts login --save-as NAME\n`);
      return;
    }
  }
  const name = saveAs ?? new URL(endpoint).host.replaceAll(/[^A-Za-z0-9._:-]/g, "");
  const { resolve } = await import("node:path");
  await changeConfig(io.env, (before) => {
    const known = before.contexts.get(name);
    const isSameServer = known?.endpoint === endpoint;
    const kept = isSameServer ? known.credentials : undefined;
    const isSameUser = kept?.kind === "dex-password" && kept.username === username;
    const tls = {
      caFile: caFile && resolve(caFile.value),
      insecureSkipVerify: insecureSkipVerify?.value,
    };
    const made: Context = {
      endpoint,
      namespace: namespace?.value ?? (isSameServer ? known.namespace : undefined),
      credentials: isSameUser ? kept : username === undefined ? { kind: "session" } : { kind: "session", username },
      tls: tls.caFile !== undefined || tls.insecureSkipVerify !== undefined ? tls : undefined,
    };
    return { current: name, contexts: new Map(before.contexts).set(name, made) };
  });
  io.stderr.write(`The context ${name} is used from now on: kfp-ts experiments list\n`);
}
