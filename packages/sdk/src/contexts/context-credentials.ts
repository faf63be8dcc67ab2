import { bearerToken } from "../credentials/bearer-token.ts";
import { browserLogin } from "../credentials/browser-login.ts";
import { command } from "../credentials/command.ts";
import { cookies } from "../credentials/cookies.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { dexPassword } from "../credentials/dex-password.ts";
import { type KubernetesTokenOptions, kubernetesToken } from "../credentials/kubernetes-token.ts";
import { ServiceAccountTokenVolumeCredentials } from "../credentials/service-account-token-volume.ts";
import type { Environment } from "../environment.ts";
import { KfpError } from "../errors/kfp-error.ts";
import { LoginSession, settled } from "../sessions/login-session.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { Context, ContextCredentials } from "./context.ts";
import { contextUnusable } from "./context-unusable.ts";
import { type KeptSession, type KeptSessions, keptSessions } from "./kept-sessions.ts";
import { pythonContext } from "./python-context.ts";
import { secretAt } from "./secret.ts";

/** What credentials of a context are made with. */
export interface ContextCredentialsOptions {
  readonly env: Environment;
  /** Milliseconds since 1970. @default the clock of this machine */
  readonly now?: (() => number) | undefined;
  /** Told where a session cannot be kept; it is used all the same. */
  readonly onNotKept?: ((error: Error) => void) | undefined;
}

/** Who is asking, and the saved login by which that is known, where one is used. */
export interface ContextAsker {
  readonly credentials: Credentials;
  readonly login?: SavedLogin | undefined;
}

/** A login that is kept for this program and the next. */
export interface SavedLogin {
  readonly user: string;
  readonly file: string;
  /** Fulfilled when all is written that is to be kept: for programs that end at once. */
  written(): Promise<void>;
}

/**
 * Who is asking at an endpoint: what the context says, else whoever logged in there last.
 *
 * @param context - Its endpoint as a client writes it; without credentials, and for endpoints that no context is about, the
 * kept session is taken.
 * @returns undefined where nothing says it.
 * @throws KfpError CONTEXT_UNUSABLE; FILE_UNREADABLE where the kept sessions are open to others
 */
export async function contextCredentials(
  { endpoint, credentials: described }: Pick<Context, "endpoint" | "credentials">,
  options: ContextCredentialsOptions,
): Promise<ContextAsker | undefined> {
  const sessions = keptSessions(options.env);
  if (described !== undefined && described.kind !== "session") {
    return fromDescription(described, endpoint, sessions, options);
  }
  const kept = await sessions?.list(endpoint);
  const user = described?.username;
  const last = kept?.find((one) => user === undefined || one.user === user);
  return sessions === undefined || last === undefined ? undefined : savedLogin(last, sessions, options);
}

/** Goes on with a login that was saved: nobody is asked anything. */
function savedLogin(
  { endpoint, user, session }: KeptSession,
  sessions: KeptSessions,
  { now, onNotKept }: ContextCredentialsOptions,
): ContextAsker {
  const { store, login } = observed(sessions, user, onNotKept);
  if (session.kind === "cookies") {
    return whole(new LoginSession({ logIn: undefined, user, sessions: store, now }), login);
  }
  const { issuer, clientId } = session;
  return { credentials: browserLogin({ issuer, clientId, sessions: store, open: noWindow(endpoint) }), login };
}

/** Tokens are renewed in silence; a window opens where somebody has asked for one, with kfp-ts login. */
function noWindow(endpoint: string): () => never {
  return () => {
    throw new KfpError("BROWSER_LOGIN_FAILED", {
      message: "The saved login has ended.",
      fix: `Log in again: kfp-ts login --browser --endpoint ${endpoint}`,
    });
  };
}

async function fromDescription(
  described: Exclude<ContextCredentials, { kind: "session" }>,
  endpoint: string,
  sessions: KeptSessions | undefined,
  { env, now, onNotKept }: ContextCredentialsOptions,
): Promise<ContextAsker> {
  switch (described.kind) {
    case "dex-password": {
      const { username, password, connector, loginOrigins } = described;
      const kept = sessions && observed(sessions, username, onNotKept);
      const options = {
        username,
        password: () => secretAt(password, "the password", env),
        connector,
        loginOrigins,
        sessions: kept?.store,
      };
      return whole(dexPassword(options, now), kept?.login);
    }
    case "bearer-token": {
      const { token } = described;
      return { credentials: bearerToken(() => secretAt(token, "the token", env)) };
    }
    case "cookies":
      return { credentials: cookies(() => secretAt(described.cookies, "the cookies", env)) };
    case "command": {
      const [program = "", ...args] = described.command;
      return { credentials: command({ command: program, args, interactive: described.interactive }) };
    }
    case "browser": {
      const { kind: _, ...options } = described;
      return { credentials: browserLogin({ ...options, sessions, open: noWindow(endpoint) }) };
    }
    case "service-account-token":
      return { credentials: new ServiceAccountTokenVolumeCredentials({ path: described.path }) };
    case "kubernetes": {
      const { kind: _, ...options } = described;
      return { credentials: kubernetesToken(options as KubernetesTokenOptions) };
    }
    case "python": {
      const python = await pythonContext(env);
      const headers = python?.headers ?? {};
      if (Object.keys(headers).length > 0) return { credentials: { headers: () => headers } };
      throw contextUnusable(
        `The context sends what Python's kfp has kept${python === undefined ? "" : ` in ${python.file}`}, and there is no cookie and no header.`,
        "Say other credentials: kfp-ts context set --help",
      );
    }
  }
}

/** What answers have set may still have to be read before it is written. */
function whole(credentials: Credentials, login: SavedLogin | undefined): ContextAsker {
  return { credentials, login: login && { ...login, written: () => settled(credentials).then(login.written) } };
}

/** The kept sessions, with what is being written in view. */
function observed(
  sessions: KeptSessions,
  user: string,
  onNotKept: ((error: Error) => void) | undefined,
): { readonly store: SessionStore; readonly login: SavedLogin } {
  let latest: Promise<unknown> = Promise.resolve();
  const save: SessionStore["save"] = (key, session) => {
    const saving = sessions.save(key, session);
    const told = onNotKept === undefined ? saving : saving.catch(onNotKept);
    latest = Promise.allSettled([latest, told]);
    return told;
  };
  const written = async (): Promise<void> => void (await latest);
  return { store: { ...sessions, save }, login: { user, file: sessions.file, written } };
}
