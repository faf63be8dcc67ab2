import type { IncomingMessage } from "node:http";

/** As which of the two services of a Kubeflow Pipelines a path is addressed: by its prefix. */
export type Face = "ml-pipeline" | "ml-pipeline-ui";

/** One request under way, as the routes see it. */
export interface Exchange {
  readonly method: string;
  /** The path as it was sent, still percent-encoded, without the query. */
  readonly path: string;
  /** The query as it was sent, without its question mark; empty where there is none. */
  readonly query: string;
  /** The request itself: its headers, and its body that nobody has read yet. */
  readonly incoming: IncomingMessage;
  /** Stands in the answer, in the log and in the text of an unexpected error. */
  readonly requestId: string;
}

/** What a route answers. `content-length`, `x-request-id` and the headers that browsers obey are added to it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Content;
  /** Set where the connection cannot go on, because part of the request is still on its way. */
  readonly close?: boolean;
}

/** A body that comes bit by bit. */
export interface Content {
  readonly content: AsyncIterable<Uint8Array>;
  /** Called when nobody waits for the rest any more. */
  readonly end?: () => void;
}

const JSON_TYPE = { "content-type": "application/json" } as const;
const TEXT_TYPE = { "content-type": "text/plain; charset=utf-8" } as const;

/** An answer whose body is JSON text. */
export function jsonAnswer(status: number, body: string): Answer {
  return { status, headers: JSON_TYPE, body };
}

/** An answer whose body is plain text. */
export function textAnswer(status: number, body: string): Answer {
  return { status, headers: TEXT_TYPE, body };
}
