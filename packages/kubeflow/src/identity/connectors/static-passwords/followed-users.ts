import { stat } from "node:fs/promises";
import { OneAfterTheOther } from "../../../box/one-after-the-other.ts";
import { unlessMissing } from "../../../box/private-files.ts";
import { ObjectError } from "../../../objects/object-error.ts";
import { listFiles, readText } from "../../../objects/object-files.ts";
import { type Environment, readUsers } from "./read-users.ts";
import { foldEmail, type StaticUser } from "./static-user.ts";

/** What files of users are followed with. */
export interface FollowedUsersOptions {
  readonly env: Environment;
  /** A file that may not be there yet: nobody is in it then. */
  readonly optional?: string | undefined;
  /** Told once of a change that is wrong, or a file that is gone; the users before it stay. */
  readonly onProblem: (problem: Error) => void;
}

interface Seen {
  readonly version: string;
  readonly text: string;
  readonly users: readonly StaticUser[];
}

/** The users of some files, as they are written. Of two with the same e-mail address that of the later file stands. */
export class FollowedUsers {
  readonly #paths: readonly string[];
  readonly #options: FollowedUsersOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #told = new Map<string, string>();
  readonly #looks = new OneAfterTheOther();
  #users: readonly StaticUser[] = [];
  #byEmail: ReadonlyMap<string, StaticUser> = new Map();

  private constructor(paths: readonly string[], options: FollowedUsersOptions) {
    this.#paths = paths;
    this.#options = options;
  }

  /** @throws ObjectError for a file that is not there, or wrong */
  static async open(paths: readonly string[], options: FollowedUsersOptions): Promise<FollowedUsers> {
    const problems: Error[] = [];
    let onProblem = (problem: Error): void => {
      problems.push(problem);
    };
    const opened = new FollowedUsers(paths, { ...options, onProblem: (problem) => onProblem(problem) });
    await opened.refresh();
    if (problems[0] !== undefined) throw problems[0];
    onProblem = options.onProblem;
    return opened;
  }

  /** In the order of the files. */
  get users(): readonly StaticUser[] {
    return this.#users;
  }

  /** The user of an e-mail address, in whatever case it is. */
  find(email: string): StaticUser | undefined {
    return this.#byEmail.get(foldEmail(email));
  }

  /** Looks at the files now. @returns whether the users may have changed */
  refresh(): Promise<boolean> {
    return this.#looks.run(async () => {
      let changed = false;
      for (const path of this.#paths) changed = (await this.#look(path)) || changed;
      if (changed) this.#merge();
      return changed;
    });
  }

  async #look(path: string): Promise<boolean> {
    const before = this.#seen.get(path);
    try {
      if (before === undefined && path === this.#options.optional && (await isMissing(path))) return false;
      const version = (await listFiles([path])).map((file) => `${file.path} ${file.version}`).join("\n");
      if (version === before?.version) {
        this.#told.delete(path);
        return false;
      }
      // Two changes within one tick of the file system's clock look the same: what is so young is read again.
      const settled = !(await isYoung(path));
      const text = await readText(path);
      const users = text === before?.text ? before.users : readUsers(text, path, this.#options.env);
      this.#told.delete(path);
      this.#seen.set(path, { version: settled ? version : "", text, users });
      return users !== before?.users;
    } catch (error) {
      if (!(error instanceof ObjectError)) throw error;
      if (this.#told.get(path) !== error.message) this.#options.onProblem(error);
      this.#told.set(path, error.message);
      return false;
    }
  }

  #merge(): void {
    const byEmail = new Map<string, StaticUser>();
    for (const path of this.#paths) {
      for (const user of this.#seen.get(path)?.users ?? []) byEmail.set(foldEmail(user.account.email), user);
    }
    this.#byEmail = byEmail;
    this.#users = [...byEmail.values()];
  }
}

async function isYoung(path: string): Promise<boolean> {
  const found = await unlessMissing(stat(path));
  return found === undefined || Date.now() - found.ctimeMs < 1000;
}

async function isMissing(path: string): Promise<boolean> {
  return (await unlessMissing(stat(path))) === undefined;
}
