import { createHash, randomBytes } from "node:crypto";
import type { Clock, Log } from "@kfp-ts/server/ports";
import { OneAfterTheOther } from "../../box/one-after-the-other.ts";
import { SessionLog } from "./session-log.ts";

/** Somebody who is logged in. */
export interface Session {
  /** As Kubeflow calls them. */
  readonly user: string;
  /** Who that is at the identity provider: never changes. */
  readonly subject: string;
  readonly groups: readonly string[];
  /** What the identity provider has said of them. */
  readonly idToken: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What sessions are opened with. */
export interface SessionsOptions {
  /** The file that they are kept in. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How many there are; the oldest ends for a new one. @default 10000 */
  readonly most?: number | undefined;
  /** How many one user has; the oldest ends for a new one. @default 500 */
  readonly mostPerUser?: number | undefined;
}

/** A session cannot be kept now, for example because the disk is full. */
export class SessionNotKeptError extends Error {
  override readonly name = "SessionNotKeptError";
}

/** Those who are logged in, kept on disk. A session is found by an id that only its browser has; here is a hash of it. */
export class Sessions {
  readonly #options: Required<SessionsOptions>;
  readonly #file: SessionLog;
  readonly #sessions = new Map<string, Session>();
  readonly #ofUsers = new Map<string, Set<string>>();
  readonly #writes = new OneAfterTheOther();
  #records = 0;
  #isBehind = false;

  private constructor(options: SessionsOptions) {
    this.#options = { ...options, most: options.most ?? 10_000, mostPerUser: options.mostPerUser ?? 500 };
    this.#file = new SessionLog(options.path);
  }

  /** Takes up those that there were. */
  static async open(options: SessionsOptions): Promise<Sessions> {
    const opened = new Sessions(options);
    const now = options.clock.now();
    for (const record of await opened.#file.read()) {
      const { key, session, end } = (record ?? {}) as { key?: unknown; session?: unknown; end?: unknown };
      if (typeof end === "string") opened.#forget(end);
      else if (typeof key === "string" && isSession(session) && session.expiresAt > now) opened.#remember(key, session);
    }
    await opened.#compact().catch((error: NodeJS.ErrnoException) => {
      opened.#isBehind = true;
      options.log.error({ error: error.code ?? error.message }, "the file of sessions cannot be written anew");
    });
    return opened;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Begins a session.
   *
   * @returns its id, which is a secret of the browser that it is for
   * @throws SessionNotKeptError where it cannot be written down; all others stay
   */
  async begin(session: Session): Promise<string> {
    const id = randomBytes(32).toString("base64url");
    const key = keyOf(id);
    try {
      await this.#write({ key, session });
    } catch (cause) {
      throw new SessionNotKeptError(`The session cannot be written down: ${(cause as NodeJS.ErrnoException).code}.`, {
        cause,
      });
    }
    this.#remember(key, session);
    await this.#makeRoom(session.user);
    return id;
  }

  /** The session of an id; undefined where there is none, or not any more. */
  find(id: string): Session | undefined {
    const session = this.#sessions.get(keyOf(id));
    return session !== undefined && session.expiresAt > this.#options.clock.now() ? session : undefined;
  }

  /** Ends a session, at once. Where that cannot be written down now, it is written down later. */
  async end(id: string): Promise<void> {
    await this.#end(keyOf(id));
  }

  /** Forgets those that are over, and writes down what could not be. */
  async sweep(): Promise<void> {
    const now = this.#options.clock.now();
    for (const [key, { expiresAt }] of this.#sessions) if (expiresAt <= now) this.#forget(key);
    if (this.#isBehind || this.#records > 2 * this.#sessions.size + 100) await this.#compact();
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#file.close();
  }

  async #end(key: string): Promise<void> {
    if (!this.#sessions.has(key)) return;
    this.#forget(key);
    try {
      await this.#write({ end: key });
    } catch (error) {
      this.#isBehind = true;
      this.#options.log.error(
        { error: (error as NodeJS.ErrnoException).code },
        "the end of a session cannot be written down; it has ended, and this is tried again",
      );
    }
  }

  async #makeRoom(user: string): Promise<void> {
    const { most, mostPerUser } = this.#options;
    const own = this.#ofUsers.get(user) ?? new Set();
    const [oldestOwn] = own;
    if (own.size > mostPerUser && oldestOwn !== undefined) await this.#end(oldestOwn);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > most && oldest !== undefined) await this.#end(oldest);
  }

  #write(record: unknown): Promise<void> {
    return this.#writes.run(async () => {
      await this.#file.append(record);
      this.#records++;
    });
  }

  #compact(): Promise<void> {
    return this.#writes.run(async () => {
      await this.#file.replace([...this.#sessions].map(([key, session]) => ({ key, session })));
      this.#records = this.#sessions.size;
      this.#isBehind = false;
    });
  }

  #remember(key: string, session: Session): void {
    this.#sessions.set(key, session);
    const own = this.#ofUsers.get(session.user) ?? new Set();
    own.add(key);
    this.#ofUsers.set(session.user, own);
  }

  #forget(key: string): void {
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#sessions.delete(key);
    const own = this.#ofUsers.get(session.user);
    own?.delete(key);
    if (own?.size === 0) this.#ofUsers.delete(session.user);
  }
}

/** What stands in the file makes no cookie. The id tokens there are good for as long as they live, so it is the user's alone. */
function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}

function isSession(value: unknown): value is Session {
  const { user, subject, groups, idToken, createdAt, expiresAt } = (value ?? {}) as Partial<Session>;
  return (
    [user, subject, idToken].every((text) => typeof text === "string") &&
    Array.isArray(groups) &&
    [createdAt, expiresAt].every((time) => typeof time === "number")
  );
}
