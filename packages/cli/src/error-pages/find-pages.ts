import type { ErrorPages, PageCode } from "./pages.ts";

/** How many pages are named where several fit. */
const MOST = 5;

/** The code that is meant where its case, its dashes or its end differ: `mesh-denied`; undefined where none is. */
export function codeMeant(text: string, codes: readonly PageCode[]): PageCode | undefined {
  const spelled = text
    .trim()
    .replace(/[\s-]+/g, "_")
    .toUpperCase();
  return codes.find((code) => code === spelled);
}

/** Codes that look like what was typed: at most a few letters differ. The nearest comes first. */
export function nearCodes(text: string, codes: readonly PageCode[]): readonly PageCode[] {
  const spelled = text
    .trim()
    .replace(/[\s-]+/g, "_")
    .toUpperCase();
  return codes
    .map((code) => ({ code, distance: distanceOf(spelled, code) }))
    .filter(
      ({ code, distance }) =>
        distance <= Math.max(2, code.length / 3) || (spelled.length > 3 && code.includes(spelled)),
    )
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MOST)
    .map(({ code }) => code);
}

/**
 * The pages that have the words of an error message, the best first: those that say that one sees them, then those that
 * have them as they stand, else those that have most of the words.
 */
export function pagesWith(words: string, pages: ErrorPages): readonly PageCode[] {
  const wanted = plain(words);
  const parts = [...new Set(wanted.split(" ").filter((word) => word.length > 2))];
  const scored = (Object.entries(pages) as [PageCode, string][]).map(([code, page]) => {
    const text = plain(page);
    if (plain(sectionOf(page, "What you see")).includes(wanted)) return { code, score: 3 };
    if (text.includes(wanted)) return { code, score: 2 };
    return { code, score: parts.filter((part) => text.includes(part)).length / Math.max(1, parts.length) };
  });
  const least = scored.some(({ score }) => score >= 2) ? 2 : 0.75;
  return scored
    .filter(({ score }) => score >= least)
    .sort((one, other) => other.score - one.score)
    .slice(0, MOST)
    .map(({ code }) => code);
}

function sectionOf(page: string, heading: string): string {
  return page.split(`\n## ${heading}\n`)[1]?.split("\n## ", 1)[0] ?? "";
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (before[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      now.push(Math.min(changed, (before[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[other.length] ?? 0;
}
