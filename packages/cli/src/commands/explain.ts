import { type ErrorKind, errorCatalogue } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { codeMeant, nearCodes, pagesWith } from "../error-pages/find-pages.ts";
import { errorPages, type PageCode } from "../error-pages/pages.ts";
import { renderPage } from "../error-pages/render-page.ts";
import type { Io } from "../io.ts";
import { styleFor } from "../output/style.ts";

/** What is said of each code in the list of all: those of the client, and those of the runner. */
type Titles = ReadonlyMap<PageCode, { readonly title: string; readonly heading: string }>;

const ofTheRunner = "A run on this machine did not begin, or did not go well";

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
    const titles = await allTitles();
    const codes = [...titles.keys()];
    if (asked === undefined) {
      io.stdout.write(listOf(titles, io));
      return;
    }
    const pages = await errorPages(codes);
    const show = (code: PageCode): void =>
      io.stdout.write(renderPage(pages[code], styleFor(io.stdout.isTerminal, io.env), io.stdout.columns));
    const meant = codeMeant(asked, codes);
    if (meant !== undefined) return show(meant);
    const near = nearCodes(asked, codes);
    const [best, ...others] = near.length > 0 ? [] : pagesWith(asked, pages);
    if (best !== undefined) {
      show(best);
      if (others.length > 0)
        io.stdout.write(`\nOther pages with these words:\n${others.map((code) => lineOf(code, titles, io)).join("")}`);
      return;
    }
    const list = near.map((code) => `  kfp-ts explain ${code}`).join("\n");
    throw new CommandError(
      `There is no error ${JSON.stringify(asked)}, and no page has these words.`,
      list === "" ? "See all of them: kfp-ts explain" : `Did you mean one of these?\n${list}`,
    );
  },
});

async function allTitles(): Promise<Titles> {
  // Large, and few commands need it.
  const { runnerErrors } = await import("@kfp-ts/runner");
  const ofClient = Object.entries(errorCatalogue).map(([code, { kind, title }]) => [code, headings[kind], title]);
  const ofRunner = Object.entries(runnerErrors).map(([code, { title }]) => [code, ofTheRunner, title]);
  return new Map(
    [...ofClient, ...ofRunner].map(([code, heading = "", title = ""]) => [code as PageCode, { title, heading }]),
  );
}

function listOf(titles: Titles, io: Io): string {
  const style = styleFor(io.stdout.isTerminal, io.env);
  return [...Object.values(headings), ofTheRunner]
    .map((heading) => {
      const those = [...titles].filter(([, { heading: own }]) => own === heading);
      return `${style.bold(heading)}\n${those.map(([code]) => lineOf(code, titles, io)).join("")}`;
    })
    .join("\n");
}

function lineOf(code: PageCode, titles: Titles, io: Io): string {
  const width = Math.max(...[...titles.keys()].map(({ length }) => length));
  const style = styleFor(io.stdout.isTerminal, io.env);
  return `  ${code.padEnd(width)}  ${style.dim(titles.get(code)?.title ?? "")}\n`;
}
