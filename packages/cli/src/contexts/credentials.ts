import {
  bearerToken,
  browserLogin,
  type Credentials,
  command,
  dexPassword,
  kubernetesToken,
  ServiceAccountTokenVolumeCredentials,
} from "@kfp-ts/sdk";
import { CommandError, UsageError } from "../command-error.ts";
import type { SharedValues } from "../command-line/shared-options.ts";
import { credentialsFrom } from "../credentials.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import type { ContextCredentials } from "./context.ts";
import { KeptLogin, type NewLogin } from "./kept-login.ts";
import { type KeptSession, type KeptSessions, keptSessions } from "./kept-sessions.ts";
import { endpointOf } from "./read-config.ts";
import { secretAt } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** Who is asking, and how that is known. */
export interface Asker {
  readonly credentials: Credentials | undefined;
  /** The saved login that is used, where one is. */
  readonly login?: { readonly user: string; readonly file: string } | undefined;
}

/**
 * Who is asking: what an option or a variable says, else what the context says, else whoever logged in at the endpoint
 * last.
 *
 * @throws UsageError, CommandError
 */
export async function askerOf(settings: Settings, shared: SharedValues, io: Io): Promise<Asker> {
  const { credentialsFrom: origin, contextCredentials, endpoint } = settings;
  if (origin !== undefined) return { credentials: credentialsFrom(origin, shared, io.env) };
  const sessions = keptSessions(io.env);
  const described = contextCredentials?.value;
  if (described !== undefined && described.kind !== "session")
    return fromDescription(described, settings, sessions, io);
  if (endpoint === undefined || sessions === undefined) return { credentials: undefined };
  // What no client can read as an endpoint is refused by the client, in its own words.
  const url = URL.canParse(endpoint.value) ? endpointOf(endpoint.value) : endpoint.value;
  const kept = await sessions.list(url);
  const user = described?.username;
  const last = kept.find((one) => user === undefined || one.user === user);
  return last === undefined ? { credentials: undefined } : savedLogin(last, sessions, io);
}

/** Goes on with a login that was saved: nobody is asked anything. */
function savedLogin({ endpoint, user, session }: KeptSession, sessions: KeptSessions, { now }: Io): Asker {
  const login = { user, file: sessions.file };
  if (session.kind === "cookies") return { credentials: new KeptLogin({ endpoint, user, sessions, now }), login };
  const { issuer, clientId } = session;
  return { credentials: browserLogin({ issuer, clientId, sessions, open: noWindow(endpoint) }), login };
}

/** Tokens are renewed in silence; a window opens where somebody has asked for one, with kfp-ts login. */
function noWindow(endpoint: string): () => never {
  return () => {
    throw new CommandError("The saved login has ended.", `Log in again: kfp-ts login --browser --endpoint ${endpoint}`);
  };
}

async function fromDescription(
  described: Exclude<ContextCredentials, { kind: "session" }>,
  { context, python }: Settings,
  sessions: KeptSessions | undefined,
  io: Io,
): Promise<Asker> {
  const { env } = io;
  switch (described.kind) {
    case "dex-password": {
      const { username, password, connector, loginOrigins } = described;
      const readPassword = (): Promise<string> => secretAt(password, "the password", env);
      const logIn: NewLogin = {
        credentials: (made) =>
          dexPassword({ username, password: readPassword, connector, loginOrigins, sessions: made }),
        password: readPassword,
      };
      const endpoint = context?.endpoint ?? "";
      const onNotKept = ({ message }: Error): void =>
        io.stderr.write(`The session is not kept for the next command: ${printable(message)}\n`);
      const credentials = new KeptLogin({ endpoint, user: username, sessions, logIn, onNotKept, now: io.now });
      return { credentials, login: sessions && { user: username, file: sessions.file } };
    }
    case "bearer-token": {
      const { token } = described;
      return { credentials: bearerToken(() => secretAt(token, "the token", env)) };
    }
    case "cookies": {
      const cookie = (await secretAt(described.cookies, "the cookies", env)).replace(/^cookie:\s*/i, "");
      return { credentials: { headers: () => ({ cookie }) } };
    }
    case "command": {
      const [program = "", ...args] = described.command;
      return { credentials: command({ command: program, args, interactive: described.interactive }) };
    }
    case "browser": {
      const { kind: _, ...options } = described;
      const endpoint = context?.endpoint ?? "";
      return { credentials: browserLogin({ ...options, sessions, open: noWindow(endpoint) }) };
    }
    case "service-account-token":
      return { credentials: new ServiceAccountTokenVolumeCredentials({ path: described.path }) };
    case "kubernetes": {
      const { kind: _, ...options } = described;
      return { credentials: kubernetesToken(options as Parameters<typeof kubernetesToken>[0]) };
    }
    case "python": {
      const headers = python?.headers ?? {};
      if (Object.keys(headers).length > 0) return { credentials: { headers: () => headers } };
      throw new UsageError(
        `The context sends what Python's kfp has kept${python === undefined ? "" : ` in ${python.file}`}, and there is no cookie and no header.`,
        "Say other credentials: kfp-ts context set --help",
      );
    }
  }
}
