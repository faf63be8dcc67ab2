import { existsSync, readFileSync } from "node:fs";

/** What real gateways answered, shared with the project beside its repository; a clone alone does not have it. */
export const recordings = new URL("../../../../../shared/login-flows/", import.meta.url);

export const haveRecordings = existsSync(recordings);

type Query = Readonly<Record<string, string>>;

interface RecordedField {
  readonly name: string | null;
  readonly type: string;
}

interface RecordedPlace {
  readonly path: string;
  readonly query: Query;
}

export interface RecordedStep {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Query;
    readonly form?: readonly string[];
  };
  readonly status: number;
  readonly location?: RecordedPlace;
  readonly page?: {
    readonly kind: string;
    readonly text?: string;
    readonly forms: readonly {
      readonly method: string;
      readonly action?: RecordedPlace | null;
      readonly fields: readonly RecordedField[];
    }[];
    readonly links: readonly RecordedPlace[];
  };
}

export interface RecordedScenario {
  readonly variant: string;
  readonly name: string;
  /** Those of its steps that Dex answered. */
  readonly steps: readonly RecordedStep[];
}

/** The scenarios of a recording in which Dex has a part. */
export function scenariosOf(variant: string): readonly RecordedScenario[] {
  const { scenarios } = JSON.parse(readFileSync(new URL(`${variant}.json`, recordings), "utf8")) as {
    readonly scenarios: Readonly<Record<string, unknown>>;
  };
  return Object.entries(scenarios).flatMap(([name, steps]) => {
    if (!Array.isArray(steps)) return [];
    const ofDex = (steps as RecordedStep[]).filter((step) => step.request?.path.startsWith("/dex/"));
    return ofDex.length === 0 ? [] : [{ variant, name, steps: ofDex }];
  });
}

/** What of an answer has to be as it was recorded. */
export interface Shape {
  readonly status: number;
  readonly location: string | undefined;
  readonly forms: readonly string[];
  readonly links: readonly string[];
}

/** @param status - Whether there is a page: an error's has links of ours. */
export function recordedShape({ status, location, page }: RecordedStep): Shape {
  return {
    status,
    location: location && placeOf(location.path, Object.keys(location.query)),
    forms: (page?.forms ?? []).map(({ method, action, fields }) => {
      const where = action ? placeOf(action.path, Object.keys(action.query)) : "here";
      return `${method} ${where}: ${fields.map(({ name, type }) => `${name ?? ""} ${type}`.trim()).join(", ")}`;
    }),
    links: (page?.links ?? []).map(({ path, query }) => placeOf(path, Object.keys(query))),
  };
}

/** The shape of an answer of ours. `iss` comes with every code: RFC 9207, which Dex does not know. */
export async function shapeOf(answer: Response): Promise<Shape> {
  const page = await answer.clone().text();
  const location = answer.headers.get("location");
  return {
    status: answer.status,
    location: location === null ? undefined : placeIn(location),
    forms: [...page.matchAll(/<form method="(\w+)"(?: action="([^"]+)")?>(.*?)<\/form>/gs)].map(
      ([, method, action, content = ""]) => {
        const fields = [...content.matchAll(/<(input|button)([^>]*)>/g)].map(([, , attributes = ""]) => {
          const name = / name="(\w+)"/.exec(attributes)?.[1] ?? "";
          return `${name} ${/ type="(\w+)"/.exec(attributes)?.[1] ?? ""}`.trim();
        });
        return `${method} ${action === undefined ? "here" : placeIn(unescaped(action))}: ${fields.join(", ")}`;
      },
    ),
    links: [...page.matchAll(/<a [^>]*href="([^"]+)"/g)]
      .map(([, href = ""]) => unescaped(href))
      .filter((href) => href !== "/" && answer.status < 500)
      .map(placeIn),
  };
}

export function unescaped(attribute: string): string {
  return attribute.replaceAll("&amp;", "&");
}

function placeIn(location: string): string {
  const { pathname, searchParams } = new URL(location, "http://relative");
  const kind = location.startsWith("/") && !location.startsWith("//") ? "" : "absolute ";
  return `${kind}${placeOf(pathname, [...searchParams.keys()])}`;
}

function placeOf(path: string, keys: readonly string[]): string {
  return `${path}?${keys
    .filter((key) => key !== "iss")
    .sort()
    .join(",")}`;
}
