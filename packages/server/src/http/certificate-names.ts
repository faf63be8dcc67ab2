import type { X509Certificate } from "node:crypto";

/** As Node writes one alternative name: what kind it is, and the name, in quotes where it holds special characters. */
const ALTERNATIVE =
  /(DNS|URI|email):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)|[A-Za-z ]+:(?:"(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;

/**
 * The names of a certificate: the common names of its subject, and its alternative names that are a host, a URI or an
 * email address. A name is never cut out of the middle of another: where the list cannot be read to its end, none of it
 * counts.
 */
export function certificateNames({
  subject,
  subjectAltName,
}: Pick<X509Certificate, "subject" | "subjectAltName">): readonly string[] {
  return [...new Set([...commonNames(subject), ...alternativeNames(subjectAltName ?? "")])];
}

/** Node writes one attribute a line, and a line end within a value as an escape. */
function commonNames(subject: string | undefined): readonly string[] {
  return (subject ?? "").split("\n").flatMap((line) => (line.startsWith("CN=") ? [line.slice("CN=".length)] : []));
}

function alternativeNames(list: string): readonly string[] {
  const names: string[] = [];
  ALTERNATIVE.lastIndex = 0;
  while (ALTERNATIVE.lastIndex < list.length) {
    const match = ALTERNATIVE.exec(list);
    if (match === null) return [];
    const name = match[2];
    if (name !== undefined && name !== "") names.push(name.startsWith('"') ? unquoted(name) : name);
  }
  return names;
}

/** Node quotes as JSON does. What is not JSON all the same stays in its quotes, and is nobody's name. */
function unquoted(name: string): string {
  try {
    return String(JSON.parse(name));
  } catch {
    return name;
  }
}
