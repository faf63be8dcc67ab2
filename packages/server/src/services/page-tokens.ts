import { createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { invalidArgument } from "@kfp-ts/api";
import type { Cursor, Store } from "../ports/store.ts";

/** What a page token stands for: a list, how it is sorted and filtered, and where its next page begins. */
export interface PageToken {
  /** What is listed, by upstream's name. */
  readonly listable: string;
  /** What the list is restricted to beside its filter: the ids of the experiment or pipeline, the namespace. */
  readonly scope: string;
  readonly sortBy: string;
  readonly filter: string;
  readonly after: Cursor;
}

/** Makes and reads page tokens. */
export interface PageTokens {
  /** Makes the key where there is none, so that reading never has to wait for a disk that takes no more. */
  prepare(): Promise<void>;
  /** @throws StatusError INVALID_ARGUMENT where the token would not fit into a URL. */
  encode(token: PageToken): Promise<string>;
  /** @throws StatusError INVALID_ARGUMENT with upstream's text for what is no token of this database. */
  decode(text: string): Promise<PageToken>;
}

/** The first byte says what follows, so that tokens of another make are not misread. */
const PLAIN = 1;
const DEFLATED = 2;
const MAC_BYTES = 16;
/** Below this, compressing costs more than it saves. */
const DEFLATE_FROM = 200;
/** A URL may be longer here, but not behind every proxy, and the filter may stand beside the token. */
const MAX_LENGTH = 16_000;
const MAX_INFLATED = 256 * 1024;

/**
 * Page tokens that carry all they stand for, so that no server has to remember them. They are authenticated with a key
 * that is kept in the database: every server on it can continue a page of the others, and nobody else can make one.
 */
export function pageTokens(store: Pick<Store, "secret">): PageTokens {
  let secret: Promise<Uint8Array> | undefined;

  function key(): Promise<Uint8Array> {
    secret ??= store.secret("page-token").catch((error: unknown) => {
      secret = undefined;
      throw error;
    });
    return secret;
  }

  async function macOf(body: Uint8Array): Promise<Buffer> {
    return createHmac("sha256", await key())
      .update(body)
      .digest()
      .subarray(0, MAC_BYTES);
  }

  return {
    async prepare() {
      await key();
    },

    async encode(token) {
      const body = pack(token);
      const text = Buffer.concat([body, await macOf(body)]).toString("base64url");
      if (text.length > MAX_LENGTH) {
        throw invalidArgument(
          `the list cannot be continued on a next page: with ${describe(token)} the page token would be ${text.length} characters long, and ${MAX_LENGTH} fit into a URL; sort by another field, shorten the filter, or ask for a larger page_size`,
        );
      }
      return text;
    },

    async decode(text) {
      const bytes = Buffer.from(text, "base64url");
      const body = bytes.subarray(0, -MAC_BYTES);
      const mac = bytes.subarray(-MAC_BYTES);
      // Only the one spelling that was given out is taken: base64url has several for the same bytes.
      if (body.length < 2 || bytes.toString("base64url") !== text) throw invalidPageToken();
      if (!timingSafeEqual(mac, await macOf(body))) throw invalidPageToken();
      return unpack(body);
    },
  };
}

function invalidPageToken() {
  return invalidArgument("Invalid page token");
}

function describe({ sortBy, filter }: PageToken): string {
  const parts = [
    sortBy === "" ? "" : `sort_by "${sortBy}"`,
    filter === "" ? "" : `a filter of ${filter.length} characters`,
  ];
  return parts.filter((part) => part !== "").join(" and ") || "the default order";
}

function pack({ listable, scope, sortBy, filter, after }: PageToken): Buffer {
  const json = Buffer.from(JSON.stringify([listable, scope, sortBy, filter, after.value, after.id]));
  if (json.length < DEFLATE_FROM) return Buffer.concat([Buffer.of(PLAIN), json]);
  return Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(json)]);
}

/** Only called with what this database's key has authenticated. */
function unpack(body: Buffer): PageToken {
  const packed = body.subarray(1);
  const kind = body[0];
  if (kind !== PLAIN && kind !== DEFLATED) throw invalidPageToken();
  const json = kind === PLAIN ? packed : inflateRawSync(packed, { maxOutputLength: MAX_INFLATED });
  const [listable, scope, sortBy, filter, value, id] = JSON.parse(json.toString()) as [
    string,
    string,
    string,
    string,
    string | number,
    string,
  ];
  return { listable, scope, sortBy, filter, after: { value, id } };
}
