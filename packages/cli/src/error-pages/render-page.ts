import { columnsOf } from "../output/printable.ts";
import type { Style } from "../output/style.ts";

/** Longer lines than these are hard to read, however wide a terminal is. */
const WIDEST = 100;

/**
 * Writes a page for a terminal: headings are bold, paragraphs and lists fit its width, code stands indented as it is, and of
 * links is left where they lead.
 *
 * @param columns - The width of the terminal; undefined where there is none.
 */
export function renderPage(markdown: string, style: Style, columns: number | undefined): string {
  const width = Math.min(columns || 80, WIDEST);
  const lines: string[] = [];
  let paragraph: string[] = [];
  let isCode = false;
  const flush = (): void => {
    if (paragraph.length > 0) lines.push(...wrapped(paragraph.join(" "), width, style));
    paragraph = [];
  };
  for (const line of markdown.trimEnd().split("\n")) {
    if (/^\s*```/.test(line)) {
      flush();
      isCode = !isCode;
    } else if (isCode) {
      lines.push(line === "" ? "" : `    ${line}`);
    } else if (/^#+ /.test(line)) {
      flush();
      lines.push(style.bold(line.replace(/^#+ /, "")));
    } else if (line === "" || line.startsWith("|")) {
      flush();
      if (!/^\|[-| ]+\|$/.test(line)) lines.push(inline(line, style));
    } else {
      // Each item of a list begins a paragraph of its own.
      if (/^- /.test(line)) flush();
      paragraph.push(line.trim());
    }
  }
  flush();
  return `${lines.join("\n")}\n`;
}

function wrapped(text: string, width: number, style: Style): string[] {
  const hanging = text.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  let line = "";
  for (const word of plainLinks(text).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer.replace(/[`*]/g, "")) > width) {
      lines.push(line);
      line = hanging + word;
    } else line = longer;
  }
  return [...lines, line].map((one) => marked(one, style));
}

function inline(text: string, style: Style): string {
  return marked(plainLinks(text), style);
}

/** `**Bold**` may go on in the next line: what is left of its marks is taken away. */
function marked(text: string, style: Style): string {
  return text
    .replace(/\*\*([^*]+)\*\*/g, (_, bold: string) => style.bold(bold))
    .replace(/\*\*/g, "")
    .replace(/`([^`]+)`/g, (_, code: string) => code)
    .replace(/`/g, "");
}

/** A link to another code is its name; one to another page says which file that is. */
function plainLinks(text: string): string {
  return text.replace(/\[([^\]]+)\]\(([^)]+)\)/g, (_, words: string, target: string) => {
    const code = /^([A-Z_]+)\.md$/.exec(target)?.[1];
    if (code !== undefined) return words.includes(code) ? words : `${words} (${code})`;
    return `${words} (${target.replace(/^\.\.\//, "docs/")})`;
  });
}
