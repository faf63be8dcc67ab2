import { createHmac, randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import { checkPrivate, makePrivateFolder, unlessMissing } from "../../../box/private-files.ts";
import { repeat } from "../../../box/repeat.ts";
import type { Account, PasswordCheck, PasswordConnector } from "../../password-connector.ts";
import { flawOfPassword } from "../bcrypt/bcrypt-hash.ts";
import { BcryptQueue, type ComparePassword } from "../bcrypt/bcrypt-queue.ts";
import { BcryptThread } from "../bcrypt/bcrypt-thread.ts";
import { makeUsersFile } from "./edit-users.ts";
import { FollowedUsers } from "./followed-users.ts";
import type { Environment } from "./read-users.ts";
import { DEFAULT_USER, type StaticUser } from "./static-user.ts";

/** What users with passwords in files are opened with. */
export interface StaticPasswordsOptions {
  /** The box's own file; made with the default user where it is missing and there is no other. */
  readonly path: string;
  /** More files, which people bring: `--passwords`. Of two users with one e-mail address, that of the later file stands. */
  readonly morePaths?: readonly string[] | undefined;
  /** Where `hashFromEnv` looks. @default nothing is set */
  readonly env?: Environment | undefined;
  readonly log?: Log | undefined;
  /** How often files are looked at, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
  /** How a password is compared with a hash. @default bcrypt, in a thread */
  readonly compare?: ComparePassword | undefined;
}

/** Users with passwords in files, which are followed. */
export interface StaticPasswords extends PasswordConnector {
  /** All users, without their hashes. */
  accounts(): readonly Account[];
  /**
   * Whether the password that everybody knows (12341234, of user@example.com) is accepted now. Who listens to others than
   * this machine is to ask before, and `refuseDefaultPassword` then.
   */
  defaultPasswordIsValid(): Promise<boolean>;
  /** From now on 12341234 is nobody's password, whatever is written into the files. */
  refuseDefaultPassword(): void;
  /** Takes up at once what has changed, instead of at the next look. */
  refresh(): Promise<void>;
}

/** A hash for names that nobody has, where there is nobody at all: what it costs is all that matters. */
const NOBODY = DEFAULT_USER.hash;

/**
 * Opens files of users whose passwords are hashed with bcrypt.
 *
 * @throws ObjectError for a file that is wrong; KubeflowError where others can read the box's own file
 */
export async function openStaticPasswords(options: StaticPasswordsOptions): Promise<StaticPasswords> {
  const { path, morePaths = [], env = {}, log = silentLog, pollMs = 500 } = options;
  if ((await unlessMissing(stat(path))) !== undefined) await checkPrivate(path);
  else if (morePaths.length === 0) {
    await makePrivateFolder(dirname(path));
    await makeUsersFile(path);
  }
  for (const more of morePaths) await warnOfReaders(more, log);
  const users = await FollowedUsers.open([path, ...morePaths], {
    env,
    optional: path,
    onProblem: ({ message }) => log.error({}, `a file of users is wrong, who was in it before stays:\n${message}`),
  });

  const thread = options.compare === undefined ? new BcryptThread() : undefined;
  const compare = options.compare ?? thread?.compare;
  if (compare === undefined) throw new TypeError("Nothing compares passwords.");
  const queue = new BcryptQueue(compare);
  const secret = randomBytes(32);
  const known = new Map<string, boolean>();
  let refusesDefault = false;

  const look = async (): Promise<void> => {
    if (await users.refresh()) log.info({ users: users.users.length }, "the users have changed");
  };
  const stop = repeat(pollMs, look, ({ message }) => {
    log.error({}, `the files of users cannot be looked at, who was in them before stays: ${message}`);
  });

  /** A name that nobody has costs what the name of somebody would, and the same one each time. */
  const hashFor = (user: StaticUser | undefined, username: string): string => {
    if (user) return user.hash;
    const all = users.users;
    const number = createHmac("sha256", secret).update(username).digest().readUInt32BE();
    return all[number % Math.max(1, all.length)]?.hash ?? NOBODY;
  };

  return {
    id: "local",
    name: "Email",
    usernamePrompt: "Email Address",
    async check(username, password, signal): Promise<PasswordCheck> {
      // The same for whoever's name it is, so that nothing is told by it.
      if (password === "") return { outcome: "refused" };
      const user = users.find(username);
      const matches = await queue.matches(password, hashFor(user, username), signal);
      const isGood = matches && flawOfPassword(password) === undefined;
      if (!user || !isGood || (refusesDefault && password === DEFAULT_USER.password)) return { outcome: "refused" };
      return { outcome: "accepted", account: user.account };
    },
    find: async (id) => users.users.find(({ account }) => account.id === id)?.account,
    accounts: () => users.users.map(({ account }) => account),
    async defaultPasswordIsValid() {
      if (refusesDefault) return false;
      const hash = users.find(DEFAULT_USER.email)?.hash;
      if (hash === undefined) return false;
      const matches = known.get(hash) ?? (hash === DEFAULT_USER.hash || (await compare(DEFAULT_USER.password, hash)));
      known.clear();
      known.set(hash, matches);
      return matches;
    },
    refuseDefaultPassword() {
      refusesDefault = true;
    },
    refresh: look,
    async close() {
      stop();
      queue.close();
      await thread?.close();
    },
  };
}

/** Hashes are no passwords, but who has them can try passwords on them at leisure. */
async function warnOfReaders(path: string, log: Log): Promise<void> {
  const found = await unlessMissing(stat(path));
  if (process.getuid === undefined || found === undefined || (found.mode & 0o077) === 0) return;
  log.warn({ file: path }, `other users of this machine can read the hashes in ${path}; close it: chmod 600 ${path}`);
}
