import type { Json } from "@kfp-ts/api";

/**
 * A value as text: strings as they are, nothing for null, numbers without an exponent and whole ones without a point,
 * everything else as JSON.
 */
export function textOf(value: Json): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  return typeof value === "number" ? numberText(value) : JSON.stringify(value);
}

function numberText(value: number): string {
  const text = String(value);
  const [mantissa = "", exponent] = text.split("e");
  if (exponent === undefined) return text;
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const sign = value < 0 ? "-" : "";
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  return point > 0 ? `${sign}${digits.padEnd(point, "0")}` : `${sign}0.${digits.padStart(digits.length - point, "0")}`;
}

/** A value as a message shows it: JSON, cut where it is long. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
