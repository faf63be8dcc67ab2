import type { JsonObject } from "../messages/field.ts";

/**
 * A free-form JSON object that is already text, as a store keeps it: encoding passes the text on without reading it.
 * Compiled pipelines are the bulk of most answers, and the server never looks inside them on the way out.
 */
export class RawJson {
  readonly text: string;

  /** @param text - One complete JSON object. */
  constructor(text: string) {
    this.text = text;
  }

  /** The object itself. */
  parse(): JsonObject {
    return JSON.parse(this.text) as JsonObject;
  }
}

/** Passes off stored JSON text as the free-form object that a message wants. Only the encoder may look at it. */
export function rawJson(text: string): JsonObject {
  return new RawJson(text) as unknown as JsonObject;
}
