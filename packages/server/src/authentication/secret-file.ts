import { type FileHandle, open, stat } from "node:fs/promises";

/** A file with a secret cannot be used: which, why, and what to do. Never with what is in it. */
export class SecretFileError extends Error {
  override readonly name = "SecretFileError";
}

type Facts = Awaited<ReturnType<typeof factsOf>>;

/** A file with one secret in it, read again when it has changed. Line ends and spaces around the secret do not count. */
export class SecretFile {
  readonly path: string;
  #known: { readonly version: string; readonly secret: string } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws SecretFileError where it is missing, empty, unreadable, or open to other users. */
  async read(): Promise<string> {
    const version = versionOf(await this.#try(() => factsOf(this.path)));
    if (this.#known?.version !== version) this.#known = await this.#try(() => this.#readNew());
    return this.#known.secret;
  }

  async #readNew() {
    const file = await open(this.path, "r");
    try {
      // Of the file that is open, which the path may not name any more.
      const facts = await factsOf(file);
      this.#refuseOpen(facts);
      const secret = (await file.readFile("utf8")).trim();
      if (secret === "")
        throw new SecretFileError(`The secret file ${this.path} is empty. Put a long random text into it.`);
      return { version: versionOf(facts), secret };
    } finally {
      await file.close();
    }
  }

  #refuseOpen({ mode, uid, isFile }: Facts): void {
    if (!isFile) throw new SecretFileError(`The secret file ${this.path} is no file.`);
    const user = process.getuid?.();
    // Windows has neither owner nor mode.
    if (user === undefined) return;
    if (uid !== user && uid !== 0) {
      throw new SecretFileError(`The secret file ${this.path} belongs to user ${uid}, not to ${user}.`);
    }
    if ((mode & 0o077) !== 0) {
      throw new SecretFileError(
        `The secret file ${this.path} is open to other users. Close it with: chmod 600 ${this.path}`,
      );
    }
  }

  async #try<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (cause) {
      if (cause instanceof SecretFileError) throw cause;
      const { code } = cause as NodeJS.ErrnoException;
      throw new SecretFileError(`The secret file ${this.path} cannot be read (${code}).`, { cause });
    }
  }
}

async function factsOf(file: string | FileHandle) {
  const facts = typeof file === "string" ? await stat(file, { bigint: true }) : await file.stat({ bigint: true });
  return {
    inode: facts.ino,
    size: facts.size,
    changed: facts.ctimeNs,
    mode: Number(facts.mode),
    uid: Number(facts.uid),
    isFile: facts.isFile(),
  };
}

/** Every change of content, owner or mode changes `ctime`. */
function versionOf({ inode, size, changed }: Facts): string {
  return `${inode} ${size} ${changed}`;
}
