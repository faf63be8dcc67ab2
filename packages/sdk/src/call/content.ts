import { type AnyOperation, type ContentOperation, empty } from "@kfp-ts/api";
import { joined } from "./call.ts";
import type { Caller } from "./caller.ts";
import { Pieces } from "./pieces.ts";
import type { RequestOptions } from "./request-options.ts";

/** What a content is asked for with. */
export interface ContentInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/**
 * Asks for a content, and gives it piece by piece as it comes. `timeoutMs` and `totalTimeoutMs` are for its beginning.
 * Who stops reading ends the request.
 *
 * @throws KfpError as every call does; CONNECTION_LOST where the content breaks off.
 */
export async function* contentOf(
  caller: Caller,
  content: ContentOperation,
  input: ContentInput,
  options: RequestOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const ended = new AbortController();
  const pieces = new Pieces();
  const signal = joined(options.signal, ended.signal);
  const asked = { ...input, take: pieces.take } as unknown as Parameters<typeof caller.json>[1];
  caller.json(operationOf(content), asked, { ...options, signal }).then(
    () => pieces.finish(),
    (error: unknown) => pieces.finish({ error }),
  );
  try {
    yield* pieces.read();
  } finally {
    ended.abort();
  }
}

const known = new WeakMap<ContentOperation, AnyOperation>();

/** A content is asked for as everything else is; only its answer is another one. */
function operationOf(content: ContentOperation): AnyOperation {
  const { id, path, query, access, summary } = content;
  const operation: AnyOperation = known.get(content) ?? {
    ...{ id, path, query, access, summary },
    method: "GET",
    body: undefined,
    response: empty,
    upload: false,
  };
  known.set(content, operation);
  return operation;
}
