/**
 * A URL, or a list of texts, without what could be a secret: what stands before an @, and queries and fragments. A password
 * may have any character in it, unescaped, so everything up to the last @ goes.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, "$1***@")
    .replace(/(^|\s)[^\s/:]*:(?!\/\/)\S*@/g, "$1***@")
    .replace(/[?#]\S*/g, "")
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 300);
}
