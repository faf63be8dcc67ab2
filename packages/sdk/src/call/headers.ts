import { badOption } from "../errors/bad-argument.ts";

/** Headers that say how the message is laid out on the wire: those of the transport. */
const framing = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "te",
  "trailer",
]);

/**
 * Headers that a caller gave, with their names in lower case.
 *
 * @throws KfpError BAD_OPTION for a header that cannot be sent. The error names it, and not its value.
 */
export function checkedHeaders(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      throw badOption(`headers: ${JSON.stringify(name)} is no name of a header.`);
    if (framing.has(key)) throw badOption(`headers: ${name} is set by the client itself.`);
    if (typeof value !== "string" || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw badOption(`headers: the value of ${name} cannot be sent in a header.`);
    }
    checked[key] = value;
  }
  return checked;
}
