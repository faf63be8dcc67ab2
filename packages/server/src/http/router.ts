import { percentDecode } from "./percent-decode.ts";

/** A path with what stands behind it. */
export interface Route<T> {
  /** `any` where the path answers to every method, as those do that upstream serves outside its gateway. */
  readonly method: string;
  /** From the root; `{name}` stands for one segment, and a custom verb follows the last one after a colon. */
  readonly path: string;
  readonly target: T;
}

/** What the table of routes says to a request. */
export type Match<T> =
  | { readonly kind: "found"; readonly target: T; readonly params: Readonly<Record<string, string>> }
  /** The path is known, but not with this method. */
  | { readonly kind: "other method" }
  | { readonly kind: "unknown" }
  /** The path is not percent-encoded UTF-8. */
  | { readonly kind: "malformed" };

/** Finds the route of a request: its method, and its path as it was sent, still percent-encoded. */
export type Router<T> = (method: string, path: string) => Match<T>;

interface Pattern<T> {
  readonly method: string;
  readonly segments: ReadonlyArray<{ readonly literal: string } | { readonly name: string }>;
  readonly verb: string | undefined;
  readonly target: T;
}

/**
 * Makes a router with the rules of grpc-gateway: a segment may be empty, a custom verb is what a pattern ends in and
 * nothing more (`GET /runs/x:archive` is a GET of the run "x:archive"), a path that only another method has is told from
 * one that nobody has. Unlike there, a percent-encoded slash does not divide segments, so that every name can be asked
 * for. Of two patterns that both match, the one with more literal segments wins.
 */
export function createRouter<T>(routes: ReadonlyArray<Route<T>>): Router<T> {
  const bySize = new Map<number, Array<Pattern<T>>>();
  for (const pattern of routes.map(compile).sort((a, b) => placeholders(a) - placeholders(b))) {
    const size = pattern.segments.length;
    bySize.set(size, [...(bySize.get(size) ?? []), pattern]);
  }

  return (method, path) => {
    const segments: string[] = [];
    for (const part of path.slice(1).split("/")) {
      const decoded = percentDecode(part);
      if (decoded === undefined) return { kind: "malformed" };
      segments.push(decoded);
    }
    let known = false;
    for (const pattern of bySize.get(segments.length) ?? []) {
      const params = match(pattern, segments);
      if (params === undefined) continue;
      if (pattern.method === method || pattern.method === "any")
        return { kind: "found", target: pattern.target, params };
      known = true;
    }
    return { kind: known ? "other method" : "unknown" };
  };
}

function compile<T>({ method, path, target }: Route<T>): Pattern<T> {
  const verb = /\}:([A-Za-z]+)$/.exec(path)?.[1];
  const plain = verb === undefined ? path : path.slice(0, -verb.length - 1);
  const segments = plain
    .slice(1)
    .split("/")
    .map((segment) => {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      return name === undefined ? { literal: segment } : { name };
    });
  return { method, segments, verb, target };
}

function placeholders(pattern: Pattern<unknown>): number {
  return pattern.segments.filter((segment) => "name" in segment).length;
}

function match(pattern: Pattern<unknown>, given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  const last = given.length - 1;
  for (const [index, segment] of pattern.segments.entries()) {
    let value = given[index] as string;
    if (index === last && pattern.verb !== undefined) {
      const suffix = `:${pattern.verb}`;
      if (!value.endsWith(suffix) || value === suffix) return undefined;
      value = value.slice(0, -suffix.length);
    }
    if ("name" in segment) params[segment.name] = value;
    else if (segment.literal !== value) return undefined;
  }
  return params;
}
