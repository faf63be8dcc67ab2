import { filesBelow, read } from "../repository.ts";

/** A piece of code that a reader of the documentation may copy. */
export type CodeBlock = {
  /** The file and the line of its first line of code, as `docs/a.md:12`. */
  readonly place: string;
  readonly file: string;
  readonly line: number;
  /** The first word behind the fence: `ts`, `sh`, `python`. */
  readonly language: string;
  /** The other words behind the fence. CONTRIBUTING.md says what they mean. */
  readonly words: readonly string[];
  readonly code: string;
};

/** The documents whose code is tested: what people read first, and what explains. */
export const documents = (): string[] => [
  ...["README.md", "CONTRIBUTING.md"].filter((file) => filesBelow(".", file).includes(file)),
  ...filesBelow("docs", ".md").filter((file) => !file.startsWith("docs/reference/")),
  ...["packages/sdk/README.md", "packages/cli/README.md"],
];

/** Every fenced block of the documents. */
export const blocksOfDocuments = (): CodeBlock[] =>
  documents().flatMap((file) => blocksOf(file, read(file).split("\n"), 1));

/** The examples in the doc comments of the SDK: fenced blocks, or all that follows `@example`. */
export const blocksOfDocComments = (): CodeBlock[] =>
  filesBelow("packages/sdk/src", ".ts").flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].flatMap(({ index, 1: comment = "" }) => {
      const firstLine = text.slice(0, index).split("\n").length;
      const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
      const fenced = blocksOf(file, lines, firstLine);
      return fenced.length > 0 ? fenced : examplesOf(file, lines, firstLine);
    });
  });

/** Code that stands behind `@example` without a fence, up to the next tag. */
function examplesOf(file: string, lines: readonly string[], firstLine: number): CodeBlock[] {
  return lines.flatMap((tag, at) => {
    if (!tag.trim().startsWith("@example")) return [];
    const next = lines.findIndex((line, index) => index > at && /^@[a-z]/i.test(line));
    const line = firstLine + at + 1;
    const code = lines.slice(at + 1, next < 0 ? undefined : next).join("\n");
    return [{ place: `${file}:${line}`, file, line, language: "ts", words: [], code }];
  });
}

function blocksOf(file: string, lines: readonly string[], firstLine: number): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^(\s*)```(\w+)(.*)$/.exec(lines[at] ?? "");
    if (!fence) continue;
    const [, indent = "", language = "", words = ""] = fence;
    const end = lines.findIndex((line, index) => index > at && line.trim() === "```");
    if (end < 0) throw new Error(`${file}:${firstLine + at}: this block has no end`);
    const code = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    const line = firstLine + at + 1;
    blocks.push({
      place: `${file}:${line}`,
      file,
      line,
      language,
      words: words.split(" ").filter(Boolean),
      code: code.join("\n"),
    });
    at = end;
  }
  return blocks;
}

/**
 * A TypeScript block as a program of its own. One that imports nothing goes on where every reader is by then: with a
 * client that is connected.
 */
export const asProgram = ({ code }: CodeBlock): string =>
  /^import /m.test(code)
    ? code
    : `import { Client } from "@kfp-ts/sdk"; const client = new Client({ host: "http://localhost:3000" });\n${code}\nexport {};`;

/** The block with the address that the documents use replaced by another one. */
export const withEndpoint = (code: string, url: string): string => code.replaceAll("http://localhost:3000", url);

/** The block with the name that Kubeflow Pipelines has in a cluster replaced by an address. */
export const withKubeflowEndpoint = (code: string, url: string): string =>
  code.replaceAll(/http:\/\/ml-pipeline-ui\.(kubeflow|\$\{namespace\})/g, url);

/** The block with the gateway's usual address replaced, and the profile by that of the box's first user. */
export const withGatewayEndpoint = (code: string, url: string): string =>
  code
    .replaceAll("http://localhost:8080/pipeline", url)
    .replaceAll("my-profile-namespace", "kubeflow-user-example-com");
