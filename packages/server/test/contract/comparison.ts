import type { Answer } from "./exchange.ts";
import { substitute, type Variables } from "./exchange.ts";
import type { RefusalHint, Step } from "./scenario.ts";

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "<uuid>": "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
  "<timestamp>": "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)",
  "<token>": "\\S+",
  "<k8sname>": "[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?",
  "<any>": "[\\s\\S]*",
};
const PLACEHOLDER = /(<uuid>|<timestamp>|<token>|<k8sname>|<any>)/;

/** Whether a text is the wanted one, in which placeholders may stand. */
function matchesText(want: string, got: string): boolean {
  if (want === got) return true;
  if (!PLACEHOLDER.test(want)) return false;
  const pattern = want
    .split(PLACEHOLDER)
    .map((part) => PLACEHOLDERS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("");
  return new RegExp(`^${pattern}$`).test(got);
}

/** The value at `$.a.b[0].c` of a body, undefined where there is none. */
export function lookup(path: string, body: unknown): unknown {
  let here = body;
  for (const [, name, index] of path.matchAll(/\.([A-Za-z0-9_@-]+)|\[(\d+)\]/g)) {
    if (index !== undefined) here = Array.isArray(here) ? here[Number(index)] : undefined;
    else here = isObject(here) && Object.hasOwn(here, name as string) ? here[name as string] : undefined;
  }
  return here;
}

/**
 * The differences between two JSON values; none where they mean the same. An absent key is not the same as an empty
 * value; the order of keys has no meaning, and that of lists has one except at the paths of `unordered`.
 */
export function differencesBetween(
  want: unknown,
  got: unknown,
  unordered: ReadonlySet<string> = new Set(),
  path = "$",
): string[] {
  if (typeof want === "string" && typeof got === "string")
    return matchesText(want, got) ? [] : [unlike(path, want, got)];
  if (Array.isArray(want) && Array.isArray(got)) return betweenLists(want, got, unordered, path);
  if (isObject(want) && isObject(got)) return betweenObjects(want, got, unordered, path);
  return want === got ? [] : [unlike(path, want, got)];
}

function betweenObjects(
  want: Readonly<Record<string, unknown>>,
  got: Readonly<Record<string, unknown>>,
  unordered: ReadonlySet<string>,
  path: string,
): string[] {
  const keys = [...new Set([...Object.keys(want), ...Object.keys(got)])].sort();
  return keys.flatMap((key) => {
    if (!Object.hasOwn(got, key)) return [`${path}.${key}: missing, expected ${short(want[key])}`];
    if (!Object.hasOwn(want, key)) return [`${path}.${key}: unexpected ${short(got[key])}`];
    return differencesBetween(want[key], got[key], unordered, `${path}.${key}`);
  });
}

function betweenLists(
  want: readonly unknown[],
  got: readonly unknown[],
  unordered: ReadonlySet<string>,
  path: string,
): string[] {
  if (want.length !== got.length) return [`${path}: expected ${want.length} items, got ${got.length}: ${short(got)}`];
  if (!unordered.has(path)) {
    return want.flatMap((item, index) => differencesBetween(item, got[index], unordered, `${path}[${index}]`));
  }
  const left = [...got];
  return want.flatMap((item, index) => {
    const hit = left.findIndex(
      (candidate) => differencesBetween(item, candidate, unordered, `${path}[*]`).length === 0,
    );
    if (hit === -1) return [`${path}: no item equals the expected item ${index}: ${short(item)}`];
    left.splice(hit, 1);
    return [];
  });
}

/** The differences between an answer and the recorded one, by the recordings' rules of comparison. */
export function differencesFrom(step: Step, got: Answer, variables: Variables): string[] {
  const { response: want, match, unordered } = step;
  if (want.status !== got.status) return [`status: expected ${want.status}, got ${got.status} (${short(got.body)})`];
  const type = mediaType(got.headers["content-type"]);
  const differences =
    mediaType(want.contentType) === type ? [] : [unlike("content-type", mediaType(want.contentType), type)];
  if (match === undefined) {
    const body = substitute(want.body ?? null, variables);
    return [...differences, ...differencesBetween(body, got.body, new Set(unordered ?? []))];
  }
  return [...differences, ...refusalDifferences(substitute(match, variables) as RefusalHint, got)];
}

/** The differences between a refusal and what it has to hold. */
export function refusalDifferences(want: RefusalHint, { body, headers }: Answer): string[] {
  const texts: ReadonlyArray<readonly [string | undefined, string]> = [
    [want.userMessage, "$.details[0].message"],
    [want.message, "$.message"],
    [want.errorMessage, "$.error_message"],
  ];
  const code = lookup("$.code", body);
  return [
    ...(want.code === undefined || want.code === code ? [] : [unlike("code", want.code, code)]),
    ...(want.headersPresent ?? [])
      .filter((name) => headers[name] === undefined)
      .map((name) => `header ${name} is absent`),
    ...texts.flatMap(([text, path]) =>
      text === undefined ? [] : differencesBetween(text, lookup(path, body), new Set(), path),
    ),
    ...(want.text === undefined ? [] : differencesBetween(want.text, typeof body === "string" ? body.trim() : body)),
  ];
}

function mediaType(value: string | string[] | undefined): string {
  const [type = ""] = String(value ?? "").split(";");
  return type.trim().toLowerCase();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unlike(path: string, want: unknown, got: unknown): string {
  return `${path}: expected ${short(want)}, got ${short(got)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}
