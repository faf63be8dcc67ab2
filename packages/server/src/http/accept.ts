/** One range of an `Accept` header, such as `text/*;q=0.5`. */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/**
 * Whether an `Accept` header prefers HTML to plain text, as RFC 9110 weighs it: the most specific range that matches a
 * type gives its quality. A client that does not care (no header, or everything alike) does not prefer it.
 */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const ranges = accept.split(",").flatMap(readRange);
  return qualityOf(ranges, "text", "html") > qualityOf(ranges, "text", "plain");
}

function readRange(text: string): MediaRange[] {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [type, subtype, ...others] = range.split("/");
  if (!type || !subtype || others.length > 0) return [];
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, "");
  if (weight !== undefined && !/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight)) return [];
  return [{ type, subtype, quality: Number(weight ?? 1) }];
}

function qualityOf(ranges: readonly MediaRange[], type: string, subtype: string): number {
  const matching = (wantedType: string, wantedSubtype: string): MediaRange | undefined =>
    ranges.find((range) => range.type === wantedType && range.subtype === wantedSubtype);
  return (matching(type, subtype) ?? matching(type, "*") ?? matching("*", "*"))?.quality ?? 0;
}
