import type { Json } from "../messages/field.ts";
import { itemPath, memberPath, SpecError, type SpecPath } from "./spec-error.ts";

/** Deeper than anything that a compiler writes, and shallow enough for every recursive reader. */
export const MAX_DEPTH = 200;
/** How many values the documents of a package may hold, counted where they are used: an alias counts as all that it stands for. */
const MAX_VALUES = 1_000_000;
/** How many characters their texts may have together, counted in the same way. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A copy of documents as plain JSON: what YAML aliases share is written out, and own keys such as `__proto__` stay keys.
 *
 * @throws SpecError for what JSON can not carry (infinity, not-a-number, half a character), and for what is nested
 * deeper, or is larger when written out, than the bounds of this file; they hold for all documents together.
 */
export function plainDocuments(documents: readonly unknown[]): Json[] {
  const copier = new Copier();
  return documents.map((document) => copier.copy(document));
}

class Copier {
  // Where the copier is: names and indexes from the outside in. Only an error makes a path of it.
  readonly #trail: (string | number)[] = [];
  #values = 0;
  #characters = 0;

  copy(value: unknown): Json {
    this.#values += 1;
    if (this.#values > MAX_VALUES) {
      throw new SpecError("", `it holds more than ${MAX_VALUES} values when its aliases are written out`);
    }
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return this.#text(value);
    if (typeof value === "number") {
      if (!Number.isFinite(value)) throw this.#error(`${value} is a number that JSON can not carry`);
      return value;
    }
    if (typeof value !== "object") throw this.#error(`a ${typeof value} is no JSON value`);
    if (this.#trail.length >= MAX_DEPTH) throw new SpecError("", `it is nested deeper than ${MAX_DEPTH} levels`);
    if (Array.isArray(value)) return value.map((item: unknown, index) => this.#member(index, item));
    // Object.fromEntries makes own properties of every name, also of `__proto__`.
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [this.#text(name), this.#member(name, member)]),
    );
  }

  #member(step: string | number, value: unknown): Json {
    this.#trail.push(step);
    const copy = this.copy(value);
    this.#trail.pop();
    return copy;
  }

  #text(text: string): string {
    this.#characters += text.length;
    if (this.#characters > MAX_CHARACTERS) {
      throw new SpecError("", `its texts have more than ${MAX_CHARACTERS} characters when its aliases are written out`);
    }
    if (LONE_SURROGATE.test(text)) throw this.#error("the text holds half of a character (a lone surrogate)");
    return text;
  }

  #error(fact: string): SpecError {
    const path = this.#trail.reduce<SpecPath>(
      (parent, step) => (typeof step === "number" ? itemPath(parent, step) : memberPath(parent, step)),
      "",
    );
    return new SpecError(path, fact);
  }
}
