/** What stands where a secret was. */
const HIDDEN = "[hidden]";

/**
 * The words of a program without what it must not have said: the token that it printed elsewhere, anything that looks
 * like a JSON Web Token, what follows `Bearer`, and private keys.
 *
 * @param printed What the program printed as its answer, where its token is looked for.
 */
export function withoutSecrets(words: string, printed: string): string {
  let clean = words;
  for (const [, token] of printed.matchAll(/"(?:token|clientKeyData)"\s*:\s*"([^"]+)"/g)) {
    if (token !== undefined) clean = clean.replaceAll(token, HIDDEN);
  }
  return clean
    .replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN)
    .replaceAll(/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g, HIDDEN)
    .replaceAll(/\b(bearer\s+)\S+/gi, `$1${HIDDEN}`)
    .replaceAll(/((?:token|password|secret)["']?\s*[:=]\s*["']?)[^\s"']+/gi, `$1${HIDDEN}`);
}
