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

type Segment =
  | { readonly literal: string; readonly name?: undefined }
  | { readonly name: string; readonly literal?: undefined };

interface Pattern<T> {
  readonly method: string;
  readonly segments: readonly Segment[];
  /** The custom verb with its colon, which ends the last segment; empty where there is none. */
  readonly suffix: string;
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
    const segments = segmentsOf(path);
    if (segments === undefined) return { kind: "malformed" };
    let known = false;
    for (const pattern of bySize.get(segments.length) ?? []) {
      if (!matches(pattern, segments)) continue;
      if (pattern.method === method || pattern.method === "any") {
        return { kind: "found", target: pattern.target, params: paramsOf(pattern, segments) };
      }
      known = true;
    }
    return { kind: known ? "other method" : "unknown" };
  };
}

function segmentsOf(path: string): readonly string[] | undefined {
  const parts = path.slice(1).split("/");
  if (!path.includes("%")) return parts;
  const decoded = parts.map(percentDecode);
  return decoded.includes(undefined) ? undefined : (decoded as string[]);
}

function compile<T>({ method, path, target }: Route<T>): Pattern<T> {
  const suffix = /\}(:[A-Za-z]+)$/.exec(path)?.[1] ?? "";
  const segments = path
    .slice(1, path.length - suffix.length)
    .split("/")
    .map((segment): Segment => {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      return name === undefined ? { literal: segment } : { name };
    });
  return { method, segments, suffix, target };
}

function placeholders(pattern: Pattern<unknown>): number {
  return pattern.segments.filter(({ name }) => name !== undefined).length;
}

function matches({ segments, suffix }: Pattern<unknown>, given: readonly string[]): boolean {
  const last = segments.length - 1;
  const final = given[last] as string;
  if (suffix !== "" && (!final.endsWith(suffix) || final === suffix)) return false;
  // From the end: paths begin alike.
  for (let index = last; index >= 0; index -= 1) {
    const segment = segments[index] as Segment;
    if (segment.literal !== undefined && segment.literal !== given[index]) return false;
  }
  return true;
}

function paramsOf({ segments, suffix }: Pattern<unknown>, given: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, { name }] of segments.entries()) {
    if (name === undefined) continue;
    const value = given[index] as string;
    params[name] = suffix !== "" && index === segments.length - 1 ? value.slice(0, -suffix.length) : value;
  }
  return params;
}
