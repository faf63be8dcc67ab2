import type { Client, Filter, Entry as FoundEntry } from "ldapts";
import type { LdapConfiguration, Scope } from "./ldap-configuration.ts";
import { DN } from "./ldap-configuration.ts";
import { openSocket } from "./open-socket.ts";

/** What a directory says of an entry. */
export interface Entry {
  readonly dn: string;
  /** The values of an attribute, in whatever case its name is; of `DN` the name of the entry. */
  values(attribute: string): readonly string[];
}

/** What is searched. */
export interface Search {
  readonly baseDN: string;
  readonly scope: Scope | "base";
  /** What all entries have to match, as it was configured. */
  readonly filter: string | undefined;
  /** And which attribute has which value. The value is sent as it is, so that nothing in it can mean anything. */
  readonly equals: { readonly attribute: string; readonly value: string } | undefined;
  readonly attributes: readonly string[];
  /** How many are wanted at most; without it all, page by page. */
  readonly most?: number;
}

/** What the directory thinks of a name and a password. */
export type Bound = "bound" | "refused";

/**
 * Result codes by which a directory refuses a password: no such entry, one that has none (48), a wrong one (49), and what a
 * policy has against it, as that the account is locked (19, 50, 53).
 */
const refusals = [19, 32, 48, 49, 50, 53];

/** How many entries of a page are asked for. */
const PAGE = 200;

/** One connection to a directory. */
export class Directory {
  readonly #ldap: typeof import("ldapts");
  readonly #client: Client;

  private constructor(ldap: typeof import("ldapts"), client: Client) {
    this.#ldap = ldap;
    this.#client = client;
  }

  /** @param signal - Ends the connection at any time; what is under way fails then. */
  static async connect(configuration: LdapConfiguration, signal: AbortSignal): Promise<Directory> {
    const ldap = await import("ldapts");
    const socket = await openSocket(configuration, signal);
    let isNew = true;
    const client = new ldap.Client({
      url: "ldap://connected.invalid",
      strictDN: false,
      createConnection: () => {
        // It would connect again by itself, and not be who it was before.
        if (!isNew) throw new Error("it has closed the connection");
        isNew = false;
        return socket;
      },
    });
    return new Directory(ldap, client);
  }

  /**
   * Says who asks from now on. An empty password must never come here: directories answer it with success.
   *
   * @throws Error where the directory says something else than yes or no
   */
  async bind(dn: string, password: string): Promise<Bound> {
    if (password === "") return "refused";
    try {
      await this.#client.bind(dn, password);
      return "bound";
    } catch (error) {
      if (error instanceof this.#ldap.ResultCodeError && refusals.includes(error.code)) return "refused";
      throw error;
    }
  }

  /** From now on nobody asks. */
  async bindAsNobody(): Promise<void> {
    await this.#client.bind("", "");
  }

  /** Entries that are found. Those of other directories, to which this one refers, are left out. */
  async search({ baseDN, scope, filter, equals, attributes, most }: Search): Promise<readonly Entry[]> {
    const { AndFilter, EqualityFilter, FilterParser, NoSuchObjectError, SizeLimitExceededError } = this.#ldap;
    const filters: Filter[] = [
      ...(filter === undefined ? [] : [FilterParser.parseString(filter)]),
      ...(equals === undefined ? [] : [new EqualityFilter(equals)]),
    ];
    const [first, second] = filters;
    const wanted = attributes.filter((attribute) => attribute !== DN);
    try {
      const { searchEntries } = await this.#client.search(baseDN, {
        scope,
        ...(first && { filter: second ? new AndFilter({ filters }) : first }),
        // None would mean all of them.
        attributes: wanted.length > 0 ? wanted : ["1.1"],
        ...(most === undefined ? { paged: { pageSize: PAGE } } : { sizeLimit: most + 1 }),
      });
      return searchEntries.map(entryOf);
    } catch (error) {
      if (error instanceof NoSuchObjectError && scope === "base") return [];
      if (error instanceof SizeLimitExceededError && most !== undefined) throw new TooManyEntriesError();
      throw error;
    }
  }

  /** Ends the connection, without waiting for it. */
  close(): void {
    this.#client.unbind().catch(() => undefined);
  }
}

/** A directory has more entries than were asked for. */
export class TooManyEntriesError extends Error {
  override readonly name = "TooManyEntriesError";
}

function entryOf(found: FoundEntry): Entry {
  const attributes = new Map(
    Object.entries(found).map(([name, value]) => [
      name.toLowerCase(),
      (Array.isArray(value) ? value : [value]).map((one) => (typeof one === "string" ? one : one.toString("utf8"))),
    ]),
  );
  return {
    dn: found.dn,
    values: (attribute) => (attribute === DN ? [found.dn] : (attributes.get(attribute.toLowerCase()) ?? [])),
  };
}
