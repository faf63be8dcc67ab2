import type { Page } from "./page.ts";

const LONGEST = 240;

/**
 * What a page says, for an error: its alert, else its text, cut, and without what could be a secret. A page is a stranger's,
 * and may repeat what it was sent.
 *
 * @param secrets - Never to be shown.
 */
export function wordsOf(page: Pick<Page, "alert" | "text" | "title">, secrets: readonly string[]): string {
  return harmless(/[\p{L}]{3}/u.test(page.alert) ? page.alert : page.text || page.title, secrets);
}

/** A text without secrets. */
export function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((shown, secret) => (secret.length > 2 ? shown.replaceAll(secret, "***") : shown), text);
}

function harmless(text: string, secrets: readonly string[]): string {
  const shown = without(secrets, text.slice(0, 10_000))
    // Codes, states and tokens are long words.
    .replace(/[\w+/=%|~.-]{20,}/g, (word) => (/^[a-z_]{1,30}$/i.test(word) ? word : "…"))
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown.replace(/\.$/, "");
}
