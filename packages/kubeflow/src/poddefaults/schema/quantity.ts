import type { Json } from "../json.ts";

/** How Kubernetes writes quantities: a sign, digits, and a suffix or an exponent. */
export const QUANTITY_PATTERN =
  "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

const QUANTITY = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?$/;

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/**
 * A quantity in billionths, rounded away from zero as Kubernetes rounds what is finer; undefined for what is none.
 *
 * @param value - A text such as `500m`, `1Gi`, `1e3`, or a number.
 */
export function billionthsOf(value: Json): bigint | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length > 100) return undefined;
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const power = binary[suffix];
  const exponent = power !== undefined ? 0 : (decimal[suffix] ?? Number(suffix.slice(1)));
  const scaled = scale(power === undefined ? digits : digits << power, exponent - fraction.length + 9);
  return sign === "-" ? -scaled : scaled;
}

function scale(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}
