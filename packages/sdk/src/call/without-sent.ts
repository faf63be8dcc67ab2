import { isSecretHeader } from "./observer.ts";

/** A shorter value says little, and stands in texts by chance. */
const SHORTEST_SECRET = 8;

/**
 * A text of a server without the secrets that it was sent: proxies and frameworks that want to help show the request in
 * the pages of their failures, and those end up in errors, logs and issues.
 */
export function withoutSent(text: string, headers: Readonly<Record<string, string>>): string {
  let shown = text;
  for (const [name, value] of Object.entries(headers)) {
    if (!isSecretHeader(name)) continue;
    for (const secret of secretsIn(name, value)) shown = shown.replaceAll(secret, "***");
  }
  return shown;
}

/** The value itself, and what it is made of: the token after its scheme, each cookie. */
function secretsIn(name: string, value: string): readonly string[] {
  const isCookie = name.toLowerCase() === "cookie";
  const parts = isCookie ? value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf("=") + 1)) : value.split(/\s+/);
  // Of a JWT its signature alone makes it a secret; what it says may stand in the words of a server in part.
  const all = [
    value,
    ...parts,
    ...parts.flatMap((part) => (part.split(".").length === 3 ? part.split(".").slice(2) : [])),
  ];
  return all.filter((secret) => secret.length >= SHORTEST_SECRET).sort((one, other) => other.length - one.length);
}
