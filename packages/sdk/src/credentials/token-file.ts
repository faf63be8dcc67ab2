import { tokenFileEmpty, tokenFileNoToken, tokenFileUnreadable } from "../errors/token-file-failure.ts";
import { tokenFacts } from "./token-facts.ts";

/** A file as it was at one moment. */
export interface FileMoment {
  /** Another one whenever the file has been replaced or written. */
  readonly identity: string;
  /** Whether the file is older than the finest step of its clock: else it may change again and look the same. */
  readonly settled: boolean;
}

/** Reads files of tokens. What cannot be read rejects with what the system says. */
export interface TokenFiles {
  /** Looks at a file without reading it. */
  look(path: string): Promise<FileMoment>;
  /** Reads a file, at most `limit` bytes and one more. */
  read(path: string, limit: number): Promise<FileMoment & { readonly text: string }>;
}

/** Where the file of a token is, and who said so. */
export interface TokenFilePlace {
  readonly path: string;
  /** `the option path`, `the variable KF_PIPELINES_SA_TOKEN_PATH`, `the default`. */
  readonly pathFrom: string;
}

/** More than any server accepts as a header. */
const LARGEST_BYTES = 16 * 1024;

interface Good {
  readonly token: string;
  /** Undefined where the file may change again and look the same. */
  readonly identity: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/**
 * The token in a file that somebody else renews. It is looked at each time and read when it is another one. While it is
 * being replaced the file can be absent, empty or half written for an instant: then the last token serves, as long as it
 * is valid.
 */
export class TokenFile {
  readonly #place: TokenFilePlace;
  readonly #files: TokenFiles;
  readonly #now: () => number;
  #last: Good | undefined;

  /**
   * @param now - Milliseconds since 1970.
   */
  constructor(place: TokenFilePlace, files: TokenFiles, now: () => number) {
    this.#place = place;
    this.#files = files;
    this.#now = now;
  }

  /**
   * The token that is valid now.
   *
   * @throws KfpError TOKEN_FILE_MISSING, TOKEN_FILE_UNREADABLE, TOKEN_FILE_INVALID
   */
  async token(): Promise<string> {
    const last = this.#last;
    if (last?.identity === undefined) return this.reread();
    let moment: FileMoment;
    try {
      moment = await this.#files.look(this.#place.path);
    } catch (cause) {
      return this.#lastOr(() => tokenFileUnreadable(this.#place, cause));
    }
    return moment.identity === last.identity ? last.token : this.reread();
  }

  /** The token as the file has it, whether or not the file looks as it did before. */
  async reread(): Promise<string> {
    const { path } = this.#place;
    let read: Awaited<ReturnType<TokenFiles["read"]>>;
    try {
      read = await this.#files.read(path, LARGEST_BYTES);
    } catch (cause) {
      return this.#lastOr(() => tokenFileUnreadable(this.#place, cause));
    }
    const token = read.text.trim();
    const why = whyNoToken(token);
    if (why !== undefined) {
      return this.#lastOr(() => (token === "" ? tokenFileEmpty(this.#place) : tokenFileNoToken(this.#place, why)));
    }
    this.#last = {
      token,
      identity: read.settled ? read.identity : undefined,
      expiresAt: tokenFacts(token)?.expiresAt?.getTime(),
    };
    return token;
  }

  #lastOr(failure: () => Error): string {
    const last = this.#last;
    if (last !== undefined && (last.expiresAt === undefined || last.expiresAt > this.#now())) return last.token;
    throw failure();
  }
}

/** Why a text is no token. Nothing of the text itself is told: it may be a secret of another kind. */
function whyNoToken(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (text.length > LARGEST_BYTES) return `it is larger than ${LARGEST_BYTES / 1024} KiB`;
  if (text.startsWith("-----BEGIN")) return "it holds a key or a certificate (PEM)";
  if (/^bearer\s/i.test(text)) return 'it begins with "Bearer"; only the token belongs there';
  if (/^[{[]/.test(text)) return "it holds JSON";
  if (/\s/.test(text)) return "it holds several words or tokens";
  if (!isThreeParts(text)) return "it holds no JWT, which is three base64url texts with dots between";
  return undefined;
}

function isThreeParts(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/** Whether a text is a token itself; names of files can have two dots as well, so the claims are looked at. */
export function isJwt(text: string): boolean {
  return isThreeParts(text) && tokenFacts(text) !== undefined;
}
