import type { AnyMessage } from "@kfp-ts/api";
import type { Style } from "../output/style.ts";
import { formatExactTime, formatTime } from "../output/time.ts";

/** How things are shown: in what colours, when, and whether there is room for exact times. */
export interface View {
  readonly style: Style;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether one thing alone is shown, and not a list. */
  readonly single: boolean;
}

/** Something that is shown of a resource: a column of a list, or a line about one. */
export interface Attribute<T, Text = string> {
  readonly label: string;
  /** Its text, as it is: it is made safe to show afterwards. Empty where there is nothing to say. */
  readonly text: (item: T, view: View) => Text;
  /** Colours the text once it is safe to show. */
  readonly paint?: (text: string, item: T, style: Style) => string;
  /** Left out of a list in which no row has it. */
  readonly onlyIfAny?: boolean;
}

/** A kind of thing that the API keeps, and how the command shows it. */
export interface ResourceKind<T> {
  /** As in "experiment 42 not found"; with dashes for spaces it begins the names that `--output name` prints. */
  readonly noun: string;
  /** The command that lists them, without the `kfp-ts` in front. */
  readonly listCommand: string;
  /** The message of one, and that of a page of them. */
  readonly message: AnyMessage;
  readonly page: AnyMessage;
  /** The field of the page that holds the list. */
  readonly listField: string;
  id(item: T): string;
  displayName(item: T): string;
  /** What a list shows. */
  readonly columns: ReadonlyArray<Attribute<T>>;
  /** What is shown of one. */
  readonly facts: ReadonlyArray<Attribute<T, string | Promise<string>>>;
}

/** An attribute that is an instant: relative in a list, exact where one thing alone is shown. */
export function time<T>(label: string, of: (item: T) => Date | undefined): Attribute<T> {
  return {
    label,
    text(item, { now, single }) {
      const date = of(item);
      if (date === undefined || Number.isNaN(date.getTime())) return "";
      return single ? formatExactTime(date, now) : formatTime(date, now);
    },
  };
}

/** An attribute that is a text. */
export function text<T>(label: string, of: (item: T) => string | undefined): Attribute<T> {
  return { label, text: (item) => of(item) ?? "" };
}

/** A line for each entry of a map: `key=value`. */
export function lines(map: Readonly<Record<string, unknown>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}
