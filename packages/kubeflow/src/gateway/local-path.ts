/** What is longer does not fit into the addresses of a login. */
const LONGEST = 2048;

/**
 * The path within this origin that a login comes back to; `/` for everything that is none: other origins in whatever spelling
 * (`https://…`, `//…`, `/\…`), and what browsers or servers might read differently (control characters, backslashes).
 *
 * @param asked - As it stood in a query, decoded once.
 */
export function localPath(asked: string | null | undefined): string {
  if (asked === null || asked === undefined || asked.length > LONGEST) return "/";
  // Printable ASCII without spaces, quotes, angle brackets and backslashes; one slash at the beginning, and no second one.
  if (!/^\/(?![/\\])[\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]*$/.test(asked)) return "/";
  const [path = ""] = asked.split(/[?#]/, 1);
  if (!isDecodedSafe(path)) return "/";
  const url = new URL(asked, "http://localhost");
  // What dots in it lead to counts: `/..//evil.example` is `//evil.example`.
  if (url.origin !== "http://localhost" || url.pathname.startsWith("//")) return "/";
  return `${url.pathname}${url.search}`;
}

/** Whether a path stays one, however often somebody behind us decodes it. */
function isDecodedSafe(path: string): boolean {
  let text = path;
  for (let round = 0; round < 3; round++) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(text);
    } catch {
      return false;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    if (/^\/[/\\]|[\x00-\x1f\x7f\\]/.test(decoded)) return false;
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}
