import { type AnyMessage, encodeResponse, type Json, type JsonObject, type MessageOf } from "@kfp-ts/api";
import type { Io } from "../io.ts";
import type { Attribute, ResourceKind, View } from "../resources/resource-kind.ts";
import { printable } from "./printable.ts";
import { styleFor } from "./style.ts";
import { formatFacts, formatTable } from "./table.ts";

/** How results are printed. */
export const outputFormats = ["table", "json", "yaml", "name"] as const;
/** How results are printed. */
export type OutputFormat = (typeof outputFormats)[number];

/** A page of a list, as the client gives it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly totalSize: number;
  readonly nextPageToken?: string | undefined;
}

/** Prints results to stdout, and nothing else there. */
export interface Printer {
  readonly format: OutputFormat;
  /** One thing. */
  one<T>(kind: ResourceKind<T>, item: T): Promise<void>;
  /** A page of things. */
  page<T>(kind: ResourceKind<T>, page: Page<T>): Promise<void>;
  /** A fact that is no resource: `text` for people, `value` for programs. */
  fact(text: string, value: JsonObject): Promise<void>;
}

/**
 * A printer for one of the formats. JSON and YAML have the names and the shape of the API's own answers (snake_case,
 * zero values left out), so that what is written about the API holds for them; only a page always has its list and its
 * `total_size`, even where they are empty.
 */
export function printerFor(format: OutputFormat, io: Io): Printer {
  const { stdout } = io;
  const view = (single: boolean): View => ({ style: styleFor(stdout.isTerminal, io.env), now: io.now(), single });
  const document = async (value: Json): Promise<void> => {
    if (format === "json") stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    else stdout.write(await (await import("./yaml.ts")).formatYaml(value));
  };
  return {
    format,
    async one(kind, item) {
      if (format === "table") stdout.write(await formatOne(kind, item, view(true)));
      else if (format === "name") stdout.write(`${nameOf(kind, item)}\n`);
      else await document(wireOf(kind.message, item));
    },
    async page(kind, page) {
      if (format === "table") stdout.write(formatPage(kind, page.items, view(false)));
      else if (format === "name") stdout.write(page.items.map((item) => `${nameOf(kind, item)}\n`).join(""));
      else await document(wireOfPage(kind, page));
    },
    async fact(text, value) {
      if (format === "table" || format === "name") stdout.write(text);
      else await document(value);
    },
  };
}

/** The name that `--output name` prints and every command takes: `experiment/ID`. */
export function nameOf<T>(kind: ResourceKind<T>, item: T): string {
  return `${prefixOf(kind)}${printable(kind.id(item))}`;
}

/** What stands before the id in such a name. */
export function prefixOf<T>(kind: ResourceKind<T>): string {
  return `${kind.noun.replaceAll(" ", "-")}/`;
}

function wireOf(message: AnyMessage, item: unknown): JsonObject {
  return JSON.parse(encodeResponse(message, item as MessageOf<AnyMessage>)) as JsonObject;
}

function wireOfPage<T>(kind: ResourceKind<T>, { items, totalSize, nextPageToken }: Page<T>): JsonObject {
  const list = kind.page.fields[kind.listField]?.wire ?? kind.listField.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  return {
    [list]: [],
    total_size: totalSize,
    ...wireOf(kind.page, { [kind.listField]: items, totalSize, nextPageToken }),
  };
}

function formatPage<T>(kind: ResourceKind<T>, items: readonly T[], view: View): string {
  const rows = items.map((item) => kind.columns.map((column) => cell(column, item, view)));
  const shown = kind.columns.flatMap(({ onlyIfAny }, index) =>
    onlyIfAny && rows.every((row) => row[index] === "") ? [] : [index],
  );
  const pick = (row: readonly string[]): readonly string[] => shown.map((index) => row[index] ?? "");
  const header = kind.columns.map(({ label }) => label.toUpperCase());
  return formatTable(pick(header), rows.map(pick), view.style);
}

async function formatOne<T>(kind: ResourceKind<T>, item: T, view: View): Promise<string> {
  const facts = kind.facts.map(async ({ label, text, paint }) => {
    // A line break is kept here, where there is room for lines.
    const safe = (await text(item, view)).split("\n").map(printable).join("\n");
    return [label, paint === undefined || safe === "" ? safe : paint(safe, item, view.style)] as const;
  });
  return formatFacts(await Promise.all(facts), view.style);
}

function cell<T>({ text, paint }: Attribute<T>, item: T, view: View): string {
  const safe = printable(text(item, view));
  return paint === undefined || safe === "" ? safe : paint(safe, item, view.style);
}
