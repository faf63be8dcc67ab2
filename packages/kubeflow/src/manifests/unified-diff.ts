/** How many lines that stay are shown around those that change. */
const CONTEXT = 3;

/** A line of the old text, of the new one, or of both. */
interface DiffLine {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/**
 * What changes between two texts, as `diff -u` shows it.
 *
 * @param before - Undefined where there was nothing.
 * @param name - What the texts are, for the two lines at the top.
 * @returns an empty text where they are equal.
 */
export function unifiedDiff(before: string | undefined, after: string, name: string): string {
  if (before === after) return "";
  const lines = diffLines(linesOf(before ?? ""), linesOf(after));
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== " "),
  );
  const out = [`--- ${before === undefined ? "/dev/null" : `${name} (now)`}`, `+++ ${name} (then)`];
  const at = { old: 0, new: 0 };
  for (let index = 0; index < lines.length; ) {
    let end = index;
    while (end < lines.length && shown[end] === shown[index]) end++;
    const hunk = lines.slice(index, end);
    const count = {
      old: hunk.filter(({ mark }) => mark !== "+").length,
      new: hunk.filter(({ mark }) => mark !== "-").length,
    };
    if (shown[index]) {
      out.push(`@@ -${range(at.old, count.old)} +${range(at.new, count.new)} @@`);
      out.push(...hunk.map(({ mark, text }) => `${mark}${text}`));
    }
    at.old += count.old;
    at.new += count.new;
    index = end;
  }
  return `${out.join("\n")}\n`;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** A hunk without lines stands behind the line before it. */
function range(before: number, count: number): string {
  const start = count === 0 ? before : before + 1;
  return count === 1 ? `${start}` : `${start},${count}`;
}

/** By a longest common subsequence of lines: manifests are short enough for the whole table of it. */
function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const commonFrom = (old: number, fresh: number): number => common[old * width + fresh] ?? 0;
  for (let old = before.length - 1; old >= 0; old--) {
    for (let fresh = after.length - 1; fresh >= 0; fresh--) {
      common[old * width + fresh] =
        before[old] === after[fresh]
          ? commonFrom(old + 1, fresh + 1) + 1
          : Math.max(commonFrom(old + 1, fresh), commonFrom(old, fresh + 1));
    }
  }
  const lines: DiffLine[] = [];
  let old = 0;
  let fresh = 0;
  while (old < before.length || fresh < after.length) {
    if (old < before.length && fresh < after.length && before[old] === after[fresh]) {
      lines.push({ mark: " ", text: before[old++] ?? "" });
      fresh++;
    } else if (
      old < before.length &&
      (fresh >= after.length || commonFrom(old + 1, fresh) >= commonFrom(old, fresh + 1))
    ) {
      lines.push({ mark: "-", text: before[old++] ?? "" });
    } else {
      lines.push({ mark: "+", text: after[fresh++] ?? "" });
    }
  }
  return lines;
}
