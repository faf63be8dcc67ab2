import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@kfp-ts/server/ports";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { Account } from "./password-connector.ts";

/** A login that is under way: what was asked for, and how far it is. */
export interface LoginRequest {
  /** The `state` of the password page and the `req` of what comes after it: 25 characters that nobody can guess. */
  readonly id: string;
  readonly connectorId: string;
  readonly authorization: AuthorizationRequest;
  /** In milliseconds. */
  readonly expiresAt: number;
  /** Who has logged in; undefined until then. */
  readonly account: Account | undefined;
  /** When, in milliseconds. */
  readonly authenticatedAt: number | undefined;
  /** Whether the user has agreed to what the program gets. */
  readonly approved: boolean;
}

/** How long somebody has to type a password, in milliseconds. */
const LIFETIME_MS = 10 * 60 * 1000;

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 25;

/**
 * The logins that are under way, in memory: a server that starts again forgets them, and people start again. Bounded, so
 * that logins which nobody finishes cannot fill it: the oldest goes.
 */
export class LoginRequests {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #key = randomBytes(32);
  readonly #requests = new Map<string, LoginRequest>();

  /** @param most - How many are kept. */
  constructor(clock: Clock, most = 10_000) {
    this.#clock = clock;
    this.#most = most;
  }

  begin(connectorId: string, authorization: AuthorizationRequest): LoginRequest {
    const now = this.#clock.now();
    this.#sweep(now);
    const request: LoginRequest = {
      id: newId(),
      connectorId,
      authorization,
      expiresAt: now + LIFETIME_MS,
      account: undefined,
      authenticatedAt: undefined,
      approved: false,
    };
    this.#requests.set(request.id, request);
    return request;
  }

  /** A login that waits for a password. */
  waiting(id: string, connectorId: string): LoginRequest | undefined {
    const request = this.#find(id);
    return request?.account === undefined && request?.connectorId === connectorId ? request : undefined;
  }

  /**
   * Says who it is. Of two who knew the password at the same time, as after a double click, the second goes on too, since
   * the browser shows that answer; a code comes of it once all the same.
   *
   * @returns undefined where it is over, or is somebody else's
   */
  authenticate(id: string, account: Account): LoginRequest | undefined {
    const request = this.#find(id);
    if (request?.account !== undefined) return request.account.id === account.id ? request : undefined;
    return request && this.#put({ ...request, account, authenticatedAt: this.#clock.now() });
  }

  /** A login after its password, for whoever brings the proof that came with that. */
  authenticated(id: string, proof: string): LoginRequest | undefined {
    if (!this.#proves(id, proof)) return undefined;
    const request = this.#find(id);
    return request?.account === undefined ? undefined : request;
  }

  approve({ id }: LoginRequest): void {
    const request = this.#find(id);
    if (request !== undefined) this.#put({ ...request, approved: true });
  }

  /** Ends a login. @returns whether it was there: only one of two that come at once goes on */
  end({ id }: LoginRequest): boolean {
    return this.#requests.delete(id);
  }

  /** What whoever has logged in takes along to the next page: only they know it. */
  proofOf(id: string): string {
    return createHmac("sha256", this.#key).update(id).digest("base64url");
  }

  get size(): number {
    return this.#requests.size;
  }

  #proves(id: string, proof: string): boolean {
    const expected = Buffer.from(this.proofOf(id));
    const given = Buffer.from(proof);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #find(id: string): LoginRequest | undefined {
    const request = this.#requests.get(id);
    return request !== undefined && request.expiresAt > this.#clock.now() ? request : undefined;
  }

  /** It keeps its place in the map, which is in the order of the beginnings. */
  #put(request: LoginRequest): LoginRequest {
    this.#requests.set(request.id, request);
    return request;
  }

  #sweep(now: number): void {
    for (const [id, { expiresAt }] of this.#requests) {
      if (expiresAt > now && this.#requests.size < this.#most) return;
      this.#requests.delete(id);
    }
  }
}

function newId(): string {
  return Array.from(randomBytes(ID_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
