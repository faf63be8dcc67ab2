import { type AnyOperation, camelCase, wireName } from "@kfp-ts/api";
import { badArgument } from "../errors/bad-argument.ts";

type MakePath = (params: Readonly<Record<string, string>> | undefined) => string;

const makers = new WeakMap<AnyOperation, MakePath>();

/** The path of a request, percent-encoded, without its query. */
export function requestPath(operation: AnyOperation, params: Readonly<Record<string, string>> | undefined): string {
  let make = makers.get(operation);
  if (make === undefined) {
    make = pathMaker(operation);
    makers.set(operation, make);
  }
  return make(params);
}

function pathMaker(operation: AnyOperation): MakePath {
  const [first = "", ...rest] = operation.path.split(/\{([^}]+)\}/);
  if (rest.length === 0) return () => operation.path;
  // After each parameter comes what stands behind it.
  const parameters: { readonly name: string; readonly key: string; readonly behind: string }[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index] ?? "";
    parameters.push({ name, key: camelCase(name), behind: rest[index + 1] ?? "" });
  }
  return (params) => {
    let path = first;
    for (const { name, key, behind } of parameters) path += encodeSegment(operation, name, params?.[key]) + behind;
    return path;
  };
}

/** A segment that is empty, or a dot or two, would make the path mean something else. */
function encodeSegment(operation: AnyOperation, name: string, value: unknown): string {
  const encoded = typeof value === "string" && value !== "." && value !== ".." ? percentEncoded(value) : undefined;
  if (encoded) return encoded;
  const what = name.replaceAll("_", " ");
  const found = value === undefined || value === "" ? "missing" : `not usable: ${JSON.stringify(value)}`;
  throw badArgument(`${operation.id}: the ${what} is ${found}.`);
}

/** Undefined where the text is not well-formed: it has half of a character. */
function percentEncoded(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The query of a request with its question mark; empty where nothing is asked for. */
export function requestQuery(operation: AnyOperation, query: Readonly<Record<string, unknown>> | undefined): string {
  if (query === undefined) return "";
  let text = "";
  for (const name in operation.query) {
    const value = query[name];
    const field = operation.query[name];
    if (value === undefined || value === null || value === "" || field === undefined) continue;
    if (typeof value === "number" && !Number.isFinite(value))
      throw badArgument(`${operation.id}: ${name} is ${value}.`);
    const encoded = percentEncoded(String(value));
    if (encoded === undefined) throw badArgument(`${operation.id}: ${name} is not well-formed text.`);
    text += `${text === "" ? "?" : "&"}${wireName(name, field)}=${encoded}`;
  }
  return text;
}
