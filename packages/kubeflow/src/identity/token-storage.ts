import type { Clock } from "@kfp-ts/server/ports";
import type { Adapter, AdapterPayload } from "oidc-provider";
import { Expiring } from "./expiring.ts";
import type { GrantFiles } from "./grant-files.ts";

/** Codes and grants that are in memory live for a minute or so; this many at once is nobody's login. */
const MOST = 10_000;

/** What is used a second time is refused with this. */
export type RefuseSecondUse = () => Error;

/**
 * Where oidc-provider keeps what: refresh tokens and the grants behind them in files, codes and the grants of those who
 * want no refresh token in memory. Access tokens are signed and kept nowhere.
 */
export function tokenStorage(files: GrantFiles, clock: Clock, secondUse: RefuseSecondUse): (kind: string) => Adapter {
  return (kind) => {
    // It asks its classes for their names, and a bundle can take them away.
    if (kind === "") throw new Error("the classes of oidc-provider have lost their names");
    if (kind === "RefreshToken") return new FileStorage(kind, files, secondUse);
    if (kind === "Grant")
      return new GrantStorage(new FileStorage(kind, files, secondUse), new MemoryStorage(clock, secondUse));
    return new MemoryStorage(clock, secondUse);
  };
}

/** What no kind here has: sessions and user codes. */
abstract class Storage {
  async findByUid(): Promise<undefined> {
    return undefined;
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }
}

class MemoryStorage extends Storage implements Adapter {
  readonly #kept: Expiring<AdapterPayload>;
  readonly #clock: Clock;
  readonly #secondUse: RefuseSecondUse;

  constructor(clock: Clock, secondUse: RefuseSecondUse) {
    super();
    this.#kept = new Expiring(clock, MOST);
    this.#clock = clock;
    this.#secondUse = secondUse;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    this.#kept.set(id, payload, expiresIn * 1000);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#kept.get(id);
  }

  async consume(id: string): Promise<void> {
    const payload = this.#kept.get(id);
    if (payload === undefined || payload.consumed !== undefined) throw this.#secondUse();
    this.#kept.replace(id, { ...payload, consumed: Math.floor(this.#clock.now() / 1000) });
  }

  async destroy(id: string): Promise<void> {
    this.#kept.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#kept.deleteWhere((payload) => payload.grantId === grantId);
  }
}

class FileStorage extends Storage implements Adapter {
  readonly #kind: string;
  readonly #files: GrantFiles;
  readonly #secondUse: RefuseSecondUse;

  constructor(kind: string, files: GrantFiles, secondUse: RefuseSecondUse) {
    super();
    this.#kind = kind;
    this.#files = files;
    this.#secondUse = secondUse;
  }

  upsert(id: string, payload: AdapterPayload): Promise<void> {
    return this.#files.put(this.#kind, id, payload);
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#files.find(this.#kind, id);
  }

  async consume(id: string): Promise<void> {
    if (!(await this.#files.consume(this.#kind, id))) throw this.#secondUse();
  }

  destroy(id: string): Promise<void> {
    return this.#files.delete(this.#kind, id);
  }

  revokeByGrantId(grantId: string): Promise<void> {
    return this.#files.deleteOf(this.#kind, grantId);
  }
}

/** A grant goes where its refresh token is, and where there is none it lives no longer than the code. */
class GrantStorage extends Storage implements Adapter {
  readonly #lasting: FileStorage;
  readonly #passing: MemoryStorage;

  constructor(lasting: FileStorage, passing: MemoryStorage) {
    super();
    this.#lasting = lasting;
    this.#passing = passing;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const { openid } = payload as { readonly openid?: { readonly scope?: string } };
    const lasts = openid?.scope?.split(" ").includes("offline_access") ?? false;
    await (lasts ? this.#lasting.upsert(id, payload) : this.#passing.upsert(id, payload, expiresIn));
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return (await this.#passing.find(id)) ?? this.#lasting.find(id);
  }

  async consume(id: string): Promise<void> {
    await ((await this.#passing.find(id)) === undefined ? this.#lasting : this.#passing).consume(id);
  }

  async destroy(id: string): Promise<void> {
    await this.#passing.destroy(id);
    await this.#lasting.destroy(id);
  }

  async revokeByGrantId(): Promise<void> {}
}
