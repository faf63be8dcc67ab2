import { type ErrorCode, type ErrorKind, errorCatalogue } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { codeMeant, nearCodes, pagesWith } from "../error-pages/find-pages.ts";
import { errorPages } from "../error-pages/pages.ts";
import { renderPage } from "../error-pages/render-page.ts";
import type { Io } from "../io.ts";
import { styleFor } from "../output/style.ts";

const codes = Object.keys(errorCatalogue) as ErrorCode[];

const headings: Readonly<Record<ErrorKind, string>> = {
  setup: "What was given is wrong",
  connection: "No answer came",
  answer: "Something else than the Pipelines API answered",
  access: "You are not known, or may not do this",
  request: "The API refused this request",
  server: "The API, or what stands before it, failed",
  time: "A time was over",
};

/** `kfp-ts explain`: what an error means. */
export const explain = command({
  name: "explain",
  summary: "Explain an error: what it means, why it happens, what to do.",
  description:
    "Takes the code of an error, in any case, or words of a message, also of other programs: it then looks for the page that " +
    "has them. Without either it lists all codes. Needs no server and no network.",
  optionalArg: { name: "code", doc: "The code of an error, or words of its message." },
  examples: ["explain MESH_DENIED", 'explain "RBAC: access denied"', "explain"],
  speaks: false,
  async run({ optionalArg: asked, io }) {
    if (asked === undefined) {
      io.stdout.write(listOf(io));
      return;
    }
    const pages = await errorPages(codes);
    const show = (code: ErrorCode): void =>
      io.stdout.write(renderPage(pages[code], styleFor(io.stdout.isTerminal, io.env), io.stdout.columns));
    const meant = codeMeant(asked, codes);
    if (meant !== undefined) return show(meant);
    const near = nearCodes(asked, codes);
    const [best, ...others] = near.length > 0 ? [] : pagesWith(asked, pages);
    if (best !== undefined) {
      show(best);
      if (others.length > 0)
        io.stdout.write(`\nOther pages with these words:\n${others.map((code) => lineOf(code, io)).join("")}`);
      return;
    }
    const list = near.map((code) => `  kfp-ts explain ${code}`).join("\n");
    throw new CommandError(
      `There is no error ${JSON.stringify(asked)}, and no page has these words.`,
      list === "" ? "See all of them: kfp-ts explain" : `Did you mean one of these?\n${list}`,
    );
  },
});

function listOf(io: Io): string {
  const style = styleFor(io.stdout.isTerminal, io.env);
  return Object.entries(headings)
    .map(([kind, heading]) => {
      const those = codes.filter((code) => errorCatalogue[code].kind === kind);
      return `${style.bold(heading)}\n${those.map((code) => lineOf(code, io)).join("")}`;
    })
    .join("\n");
}

function lineOf(code: ErrorCode, io: Io): string {
  const width = Math.max(...codes.map(({ length }) => length));
  const style = styleFor(io.stdout.isTerminal, io.env);
  return `  ${code.padEnd(width)}  ${style.dim(errorCatalogue[code].title)}\n`;
}
