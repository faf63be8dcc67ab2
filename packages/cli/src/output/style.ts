import type { RuntimeState } from "@kfp-ts/api";

/** Puts colour around a text, or leaves it as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const paint =
  (code: number, end: number) =>
  (text: string): string =>
    text === "" ? "" : `\u001b[${code}m${text}\u001b[${end}m`;
const asItIs = (text: string): string => text;

const coloured: Style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
};

/** No colour at all. */
export const plain: Style = { bold: asItIs, dim: asItIs, red: asItIs, green: asItIs, yellow: asItIs };

/**
 * The style for a stream: colours on a terminal that has some, or wherever `FORCE_COLOR` asks for them. `NO_COLOR` wins over
 * both, whatever it is set to.
 */
export function styleFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR) return plain;
  // An empty variable says nothing, and 0 is how others are told to leave colours out.
  if (FORCE_COLOR) return FORCE_COLOR === "0" || FORCE_COLOR === "false" ? plain : coloured;
  return isTerminal && TERM !== "dumb" ? coloured : plain;
}

/** Colours the state of a run: green where it ended well, red where it did not, yellow while it is under way. */
export function paintState(style: Style, state: RuntimeState | undefined): string {
  switch (state) {
    case "SUCCEEDED":
      return style.green(state);
    case "FAILED":
      return style.red(state);
    case "RUNNING":
    case "PENDING":
    case "CANCELING":
    case "PAUSED":
      return style.yellow(state);
    default:
      return style.dim(state ?? "UNKNOWN");
  }
}
