/** A URL, or a list of texts, without what could be a secret: what stands before an @, and queries and fragments. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^@/\s]*@/gi, "$1***@")
    .replace(/^[^@/\s:]+:[^@/\s]+@/, "***@")
    .replace(/[?#]\S*/g, "")
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 300);
}
