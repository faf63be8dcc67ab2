import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../repository.ts";
import { asProgram, blocksOfDocComments, blocksOfDocuments, type CodeBlock } from "./code-blocks.ts";
import { runTypeScript } from "./run-block.ts";

const inDocuments = blocksOfDocuments().filter(({ language }) => language === "ts");
const all = [...inDocuments, ...blocksOfDocComments().filter(({ language }) => language === "ts")];

/** What the compiler says about each block, checked against the types that are published. One run for all blocks. */
function compile(blocks: readonly CodeBlock[]): Map<CodeBlock, string[]> {
  const room = join(root, "build/doc-blocks");
  rmSync(room, { recursive: true, force: true });
  mkdirSync(room, { recursive: true });
  blocks.forEach((block, index) => {
    writeFileSync(join(room, `block-${index}.ts`), asProgram(block));
  });
  const sdk = join(root, "packages/sdk/dist/index.d.ts");
  const options = { types: ["node"], paths: { "@kfp-ts/sdk": [sdk] }, composite: false, noEmit: true, strict: true };
  const unused = { noUnusedLocals: false, noUnusedParameters: false, incremental: false, emitDeclarationOnly: false };
  const kinds = { declaration: false, declarationMap: false, lib: ["es2023", "dom"] };
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { ...options, ...unused, ...kinds },
    include: ["*.ts"],
  };
  writeFileSync(join(room, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", room, "--pretty", "false"], {
    encoding: "utf8",
    cwd: room,
  });
  const errors = new Map<CodeBlock, string[]>(blocks.map((block) => [block, []]));
  for (const [line, index] of stdout.matchAll(/^block-(\d+)\.ts.*$/gm)) {
    const block = blocks[Number(index)];
    if (block) errors.get(block)?.push(line);
  }
  if (stdout && [...errors.values()].every((found) => found.length === 0)) throw new Error(stdout);
  return errors;
}

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/build.mjs"), "--types"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}, 120_000);

describe("the TypeScript of the documentation", () => {
  let errors = new Map<CodeBlock, string[]>();
  beforeAll(() => {
    errors = compile(all);
  }, 120_000);

  test.each(all)("fits the published types: $place", (block) => {
    expect(errors.get(block)).toEqual([]);
  });

  test.each(inDocuments.filter(({ words }) => !words.includes("check")))(
    "does what it says, against the embedded server: $place",
    async (block) => {
      const { code, output } = await runTypeScript(block);
      expect(code, output).toBe(0);
    },
    60_000,
  );
});
