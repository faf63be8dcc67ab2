import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Log } from "@kfp-ts/server/ports";
import { keyOf } from "../box/named-accounts.ts";
import { OneAfterTheOther } from "../box/one-after-the-other.ts";
import { makePrivateFolder, unlessMissing } from "../box/private-files.ts";
import type { ServiceAccountName } from "../objects/named.ts";
import { replaceFile } from "../whole-file.ts";
import type { ServiceAccount } from "./service-accounts.ts";
import { StatusError } from "./status-error.ts";
import type { TokenIssuer } from "./token-issuer.ts";

/** How long a projected token lives, in seconds: what the volume of Kubeflow's documentation asks for. */
export const PROJECTED_SECONDS = 7200;
const DAY_MS = 86_400_000;

/** A service account whose token is kept in a file. */
export interface ProjectedAccount extends ServiceAccount {
  /** Whom its token is for, where not for whom all are. */
  readonly audience?: string | undefined;
}

/** What tokens are projected with. */
export interface TokenProjectionOptions {
  /** Tokens go to `NAMESPACE/SERVICEACCOUNT/token` in it. */
  readonly folder: string;
  readonly issuer: TokenIssuer;
  /** Whom the tokens are for. */
  readonly audience: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps tokens in files as a kubelet does: replaced whole, after four fifths of their life, a day at the latest. What cannot
 * be written is told and tried again: the server does not stop for it.
 */
export class TokenProjection {
  readonly #options: TokenProjectionOptions;
  /** Until when a token is good to stay, by service account. */
  readonly #until = new Map<string, { readonly uid: string; readonly at: number }>();
  readonly #runs = new OneAfterTheOther();
  /** Whose tokens there were when the folder was last swept. */
  #swept: string | undefined;

  constructor(options: TokenProjectionOptions) {
    this.#options = options;
  }

  /** Where the token of a service account is. */
  pathOf({ namespace, name }: ServiceAccountName): string {
    return join(this.#options.folder, namespace, name, "token");
  }

  /**
   * Writes those tokens that are missing or nearing their end, and takes those away that are nobody's.
   *
   * @param accounts - All whose tokens are kept here.
   */
  project(accounts: readonly ProjectedAccount[]): Promise<void> {
    return this.#runs.run(() => this.#project(accounts));
  }

  async #project(accounts: readonly ProjectedAccount[]): Promise<void> {
    const { log } = this.#options;
    try {
      for (const account of accounts) if (!(await this.#isFresh(account))) await this.#renew(account);
      const names = accounts.map(keyOf).join("\n");
      if (names !== this.#swept) await this.#sweep(accounts);
      this.#swept = names;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const fields = { folder: this.#options.folder, error: code ?? message };
      log.error(fields, "tokens cannot be written; those in the folder end after two hours, and it is tried again");
    }
  }

  async #isFresh(account: ProjectedAccount): Promise<boolean> {
    const key = keyOf(account);
    const known = this.#until.get(key) ?? (await this.#found(account));
    if (known === undefined || known.uid !== account.uid) return false;
    this.#until.set(key, known);
    return this.#options.clock.now() < known.at;
  }

  /** What a file of an earlier process is good for. */
  async #found(account: ProjectedAccount) {
    const { issuer, audience: usual } = this.#options;
    const { audience = usual } = account;
    const token = await unlessMissing(readFile(this.pathOf(account), "utf8"));
    if (token === undefined) return undefined;
    const { authenticated, user } = issuer.review(token, [audience]);
    if (!authenticated || user.uid === undefined) return undefined;
    const { iat, exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      readonly iat: number;
      readonly exp: number;
    };
    return { uid: user.uid, at: staysUntil(iat, exp) };
  }

  async #renew(account: ProjectedAccount): Promise<void> {
    const { issuer, audience: usual } = this.#options;
    const { audience = usual } = account;
    const { namespace, name: serviceAccount } = account;
    const request = { namespace, serviceAccount, audiences: [audience], expirationSeconds: PROJECTED_SECONDS };
    const issued = await issuer.issue(request).catch((error: unknown) => {
      // It was deleted a moment ago, and nobody needs its token.
      if (error instanceof StatusError && error.code === 404) return undefined;
      throw error;
    });
    if (issued === undefined) return;
    await makePrivateFolder(join(this.#options.folder, namespace, serviceAccount));
    await replaceFile(this.pathOf(account), issued.token, { durable: false });
    const exp = issued.expiresAt.getTime() / 1000;
    this.#until.set(keyOf(account), { uid: issued.serviceAccount.uid, at: staysUntil(exp - PROJECTED_SECONDS, exp) });
  }

  async #sweep(accounts: readonly ServiceAccountName[]): Promise<void> {
    const kept = new Set(accounts.map(keyOf));
    const { folder } = this.#options;
    for (const namespace of (await unlessMissing(readdir(folder))) ?? []) {
      const names = (await unlessMissing(readdir(join(folder, namespace)))) ?? [];
      const gone = names.filter((name) => !kept.has(keyOf({ namespace, name })));
      for (const name of gone) {
        this.#until.delete(keyOf({ namespace, name }));
        await rm(join(folder, namespace, name), { recursive: true, force: true });
      }
      if (gone.length === names.length) await rm(join(folder, namespace), { recursive: true, force: true });
    }
  }
}

/** Kubelets take a new token after four fifths of the life of the old one, or after a day. In milliseconds. */
function staysUntil(issuedAt: number, expires: number): number {
  return Math.min((issuedAt + (expires - issuedAt) * 0.8) * 1000, issuedAt * 1000 + DAY_MS);
}
