import { isIP } from "node:net";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import {
  type Account,
  ConnectorUnavailableError,
  type PasswordCheck,
  type PasswordConnector,
} from "../../password-connector.ts";
import type { Environment } from "../static-passwords/read-users.ts";
import { Places } from "../throttling/places.ts";
import { Directory, type Entry, TooManyEntriesError } from "./directory.ts";
import { ldapAccount } from "./ldap-account.ts";
import { DN, type LdapConfiguration } from "./ldap-configuration.ts";

/** What a connector of a directory is opened with. */
export interface LdapOptions {
  /** The file that says which directory, and how it is asked: `--ldap`. */
  readonly path: string;
  /** Where bindPWEnv looks. @default nothing is set */
  readonly env?: Environment | undefined;
  readonly log?: Log | undefined;
  /** How long a directory may take for one login, from connecting to the groups, in milliseconds. @default 10000 */
  readonly timeoutMs?: number | undefined;
}

/** How many connections there are at once, and how many logins may wait for one. */
const MOST_CONNECTIONS = 16;
const MOST_WAITING = 64;

/** No name that a person has is longer. */
const LONGEST_NAME = 1024;

/**
 * Opens a connector that checks passwords with an LDAP directory, as Dex's does: the entry is searched, the password is
 * tried on it, then its groups are searched. Each check has a connection of its own, so that a directory that was away is
 * there again as soon as it is.
 *
 * @throws ObjectError for a configuration that is wrong. Whether the directory is there is not looked at.
 */
export async function openLdap({
  path,
  env = {},
  log = silentLog,
  timeoutMs = 10_000,
}: LdapOptions): Promise<PasswordConnector> {
  // It reads filters with the library for LDAP, which nobody without a directory needs.
  const { readLdapConfiguration } = await import("./read-ldap-configuration.ts");
  const configuration = await readLdapConfiguration(path, env);
  const { host, port, service, userSearch, groupSearch } = configuration;
  const address = `${host}:${port}`;
  warnOfConnection(configuration, log);
  const places = new Places(MOST_WAITING);
  const open = new Set<AbortController>();
  let closed = false;

  /** Does something on a connection of its own. */
  const withDirectory = async <T>(signal: AbortSignal, work: (directory: Directory) => Promise<T>): Promise<T> => {
    while (places.taken("") >= MOST_CONNECTIONS) {
      if (await places.next("", signal)) continue;
      throw new ConnectorUnavailableError("Too many logins are waiting for the directory. Try again in a moment.");
    }
    if (closed) throw stopping();
    places.take("");
    const ended = new AbortController();
    open.add(ended);
    const late = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, late, ended.signal]);
    try {
      const directory = await Directory.connect(configuration, either);
      try {
        await bindAsService(directory);
        return await work(directory);
      } finally {
        directory.close();
      }
    } catch (error) {
      if (error instanceof ConnectorUnavailableError) throw error;
      signal.throwIfAborted();
      if (closed) throw stopping();
      const why = late.aborted ? `it takes longer than ${timeoutMs / 1000} s` : reasonOf(error);
      log.error({ directory: address }, `the directory ${address} cannot be asked: ${why}`);
      throw new ConnectorUnavailableError(`The directory ${address} cannot be asked: ${why}.`, { cause: error });
    } finally {
      open.delete(ended);
      ended.abort();
      places.leave("");
    }
  };
  const bindAsService = async (directory: Directory): Promise<void> => {
    if (service === undefined) return;
    if ((await directory.bind(service.dn, service.password)) === "bound") return;
    const message = `The directory ${address} refuses bindDN ${service.dn} or its password.`;
    log.error({ directory: address }, message);
    throw new ConnectorUnavailableError(message);
  };

  const ofUser = [
    userSearch.idAttr,
    userSearch.emailAttr,
    userSearch.nameAttr,
    userSearch.preferredUsernameAttr,
    ...(groupSearch?.userMatchers.map(({ userAttr }) => userAttr) ?? []),
  ].filter((attribute): attribute is string => attribute !== undefined);

  /** The one entry that has a value. Where there are several, nobody can say whose password it would be. */
  const findUser = async (directory: Directory, attribute: string, value: string): Promise<Entry | undefined> => {
    const { baseDN, scope, filter } = userSearch;
    const where = attribute === DN ? ({ baseDN: value, scope: "base" } as const) : { baseDN, scope };
    const equals = attribute === DN ? undefined : { attribute, value };
    const found = await directory.search({ ...where, filter, equals, attributes: ofUser, most: 1 }).catch((error) => {
      if (error instanceof TooManyEntriesError) return [undefined, undefined];
      throw error;
    });
    if (found.length <= 1) return found[0];
    const name = JSON.stringify(value.slice(0, 100));
    log.warn({ directory: address }, `several entries have the ${attribute} ${name}: none of them can log in with it`);
    return undefined;
  };

  const groupsOf = async (directory: Directory, user: Entry): Promise<readonly string[]> => {
    if (groupSearch === undefined) return [];
    const { baseDN, scope, filter, nameAttr, userMatchers } = groupSearch;
    const names = new Set<string>();
    for (const { userAttr, groupAttr: attribute } of userMatchers) {
      for (const value of user.values(userAttr)) {
        const equals = { attribute, value };
        const groups = await directory.search({ baseDN, scope, filter, equals, attributes: [nameAttr] });
        for (const group of groups) names.add(group.values(nameAttr)[0] ?? group.dn);
      }
    }
    return [...names];
  };

  /** An entry that lacks what an account needs is told to whoever runs this, and refused. */
  const accountOf = async (directory: Directory, user: Entry): Promise<Account | undefined> => {
    const account = ldapAccount(user, userSearch);
    if ("missing" in account) {
      log.error({ directory: address }, `${user.dn} cannot log in: the entry ${account.missing}`);
      return undefined;
    }
    return { ...account, groups: await groupsOf(directory, user) };
  };

  return {
    id: configuration.id,
    name: configuration.name,
    usernamePrompt: configuration.usernamePrompt,
    async check(username, password, signal): Promise<PasswordCheck> {
      // A directory takes an empty password for none at all, and says yes to that; one that is written in C may take a NUL for
      // the end.
      const isEmpty = [username, password].some((text) => text === "" || text.includes("\0"));
      if (isEmpty || username.length > LONGEST_NAME) return { outcome: "refused" };
      return await withDirectory(signal, async (directory): Promise<PasswordCheck> => {
        const user = await findUser(directory, userSearch.username, username);
        if (!user || (await directory.bind(user.dn, password)) !== "bound") return { outcome: "refused" };
        // Groups are searched by whoever has searched the user.
        if (service === undefined) await directory.bindAsNobody();
        else await bindAsService(directory);
        const account = await accountOf(directory, user);
        return account ? { outcome: "accepted", account } : { outcome: "refused" };
      });
    },
    find: (id) =>
      withDirectory(new AbortController().signal, async (directory) => {
        const user = await findUser(directory, userSearch.idAttr, id);
        return user && (await accountOf(directory, user));
      }),
    async close() {
      closed = true;
      for (const ended of open) ended.abort();
    },
  };
}

function stopping(): ConnectorUnavailableError {
  return new ConnectorUnavailableError("The server is stopping.");
}

function warnOfConnection({ host, protection, insecureSkipVerify }: LdapConfiguration, log: Log): void {
  const isHere = host === "localhost" || (isIP(host) === 4 && host.startsWith("127.")) || host === "::1";
  if (isHere) return;
  if (protection === "none") log.warn({ host }, `passwords go to ${host} in the clear (insecureNoSSL)`);
  else if (insecureSkipVerify)
    log.warn({ host }, `nobody checks whether it is ${host} that gets passwords (insecureSkipVerify)`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
    ENOTFOUND: "there is no such host (ENOTFOUND)",
  };
  const [first = ""] = error.message.split("\n");
  // As the library says it, with the number of the message that was under way.
  if (/^(Socket error|Connection closed)/.test(first)) return "it has closed the connection";
  return (code && known[code]) ?? (code && !first.includes(code) ? `${first} (${code})` : first);
}
