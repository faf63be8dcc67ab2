import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { filesBelow, packageJson, read, root } from "./repository.ts";

/** Which package may import which. docs/architecture.md says why. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  api: [],
  kubernetes: [],
  sdk: ["api", "kubernetes"],
  runner: ["api"],
  server: ["api", "kubernetes", "runner"],
  kubeflow: ["kubernetes", "server"],
  cli: ["api", "kubeflow", "kubernetes", "runner", "sdk", "server"],
};
const packages = Object.keys(arrows);

/** Where an arrow leads to a part of a package only, by its own entry: the whole of it is refused by lint. */
const arrowsToParts: Readonly<Record<string, string>> = { "kubeflow imports server": "@kfp-ts/server/ports" };

/**
 * Where a package other than the command reads what belongs to the process, and why. Such a read is the documented
 * default of an option that the caller can give instead.
 */
const readsOfTheProcess: Readonly<Record<string, string>> = {
  "packages/sdk/src/environment.ts": "the variables that Python's client reads too, as defaults of options",
};

/** The text of a source without its comments, whose examples belong to the reader's program. */
const codeOf = (file: string): string =>
  read(file)
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "");

/** What a source imports, as the compiler reads it: a text that looks like an import is none. */
const importsOf = (file: string): string[] =>
  ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => fileName);

/** The names of the workspace among some dependencies, without their scope. */
const own = (dependencies: Readonly<Record<string, string>> = {}): string[] =>
  Object.keys(dependencies)
    .filter((name) => name.startsWith("@kfp-ts/"))
    .map((name) => name.slice("@kfp-ts/".length));

/**
 * What the lint rule refuses in the sources of each package, asked of the rule itself: biome reads our configuration in
 * an empty folder where each package has one file that imports all others.
 * @returns lines like `sdk imports server`
 */
function refusedByLint(): string[] {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-arrows-"));
  try {
    cpSync(join(root, "biome.json"), join(room, "biome.json"));
    for (const name of packages) {
      mkdirSync(join(room, `packages/${name}/src`), { recursive: true });
      writeFileSync(join(room, probeOf(name)), packages.map((other) => `import "@kfp-ts/${other}";\n`).join(""));
    }
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, "node_modules/@biomejs/biome/bin/biome"), "lint", "--reporter=github", "--max-diagnostics=none", "."],
      { cwd: room, encoding: "utf8" },
    );
    const refused = stdout.split("\n").filter((line) => line.includes("noRestrictedImports"));
    return packages.flatMap((name) =>
      packages
        .filter((_, index) => refused.some((line) => line.includes(`${probeOf(name)},line=${index + 1},`)))
        .filter((other) => other !== name)
        .map((other) => `${name} imports ${other}`),
    );
  } finally {
    rmSync(room, { recursive: true });
  }
}
const probeOf = (name: string): string => `packages/${name}/src/probe.ts`;

describe.each(packages)("the arrows of %s", (name) => {
  const allowed = arrows[name] ?? [];

  test("are its dependencies in package.json", () => {
    const { dependencies, devDependencies } = packageJson(`packages/${name}`);
    expect([...own(dependencies), ...own(devDependencies)].sort()).toEqual(allowed);
  });

  test("are its references in tsconfig.json", () => {
    const { references } = JSON.parse(read(`packages/${name}/tsconfig.json`)) as { references: { path: string }[] };
    expect(references.map(({ path }) => path)).toEqual(allowed.map((other) => `../${other}`));
  });

  test("are all that its sources import", () => {
    const imported = filesBelow(`packages/${name}/src`, ".ts")
      .flatMap(importsOf)
      .flatMap((target) => /^@kfp-ts\/([a-z]+)/.exec(target)?.[1] ?? []);
    expect([...new Set(imported)].filter((other) => !allowed.includes(other))).toEqual([]);
  });
});

test("every other arrow is refused by lint", () => {
  const forbidden = packages.flatMap((name) =>
    packages
      .filter((other) => other !== name)
      .filter((other) => !arrows[name]?.includes(other) || `${name} imports ${other}` in arrowsToParts)
      .map((other) => `${name} imports ${other}`),
  );
  expect(refusedByLint()).toEqual(forbidden);
});

describe("the workspace", () => {
  test("consists of the packages that have arrows, in their order", () => {
    expect(packageJson("").workspaces).toEqual(packages.map((name) => `packages/${name}`));
  });

  test("has one version", () => {
    expect(new Set(packages.map((name) => packageJson(`packages/${name}`).version)).size).toBe(1);
  });

  test("says its version where the SDK says it", () => {
    expect(read("packages/sdk/src/version.ts")).toContain(`version = "${packageJson("packages/sdk").version}"`);
  });

  test("publishes the SDK and the command, and nothing else", () => {
    expect(packages.filter((name) => !packageJson(`packages/${name}`).private)).toEqual(["sdk", "cli"]);
  });

  test("names the sources of a private package once: the compiler's paths are its exports", () => {
    const { paths } = JSON.parse(read("tsconfig.base.json")).compilerOptions as { paths: Record<string, string[]> };
    const exported = ["api", "kubernetes", "kubeflow", "runner", "server"].flatMap((name) =>
      Object.entries(packageJson(`packages/${name}`).exports ?? {}).map(([subpath, target]) => [
        `@kfp-ts/${name}${subpath.slice(1)}`,
        [`./packages/${name}/${target.default?.slice(2)}`],
      ]),
    );
    // The SDK is published, and these parts of it are for the command alone.
    const ofSdk = ["", "/announcements", "/contexts", "/tunnels"].map((part) => [
      `@kfp-ts/sdk${part}`,
      [`./packages/sdk/src${part}/index.ts`],
    ]);
    expect(paths).toEqual(Object.fromEntries([...exported, ...ofSdk]));
  });

  test("carries its licence into every package that is published", () => {
    for (const name of ["sdk", "cli"]) expect(read(`packages/${name}/LICENSE`), name).toBe(read("LICENSE"));
  });
});

describe("the sources", () => {
  const sources = packages.flatMap((name) => filesBelow(`packages/${name}/src`, ".ts"));

  test("have no place that could hold anything: utils, common, shared, types, helpers", () => {
    expect(sources.filter((file) => /\/(utils?|common|shared|types|helpers?)(\/|\.ts$)/.test(file))).toEqual([]);
  });

  test("have no file of more than 500 lines", () => {
    expect(sources.filter((file) => read(file).split("\n").length > 501)).toEqual([]);
  });

  test("leave arguments, environment and exit to the command", () => {
    const readers = sources.filter(
      (file) => !file.startsWith("packages/cli/") && /\bprocess\??\.(env|argv|exit|exitCode)\b/.test(codeOf(file)),
    );
    expect(readers).toEqual(Object.keys(readsOfTheProcess).sort());
  });

  test("import across packages by name", () => {
    const crossing = sources.filter((file) =>
      importsOf(file)
        .filter((target) => target.startsWith("."))
        .some((target) => !join(dirname(file), target).startsWith(file.split("/").slice(0, 3).join("/"))),
    );
    expect(crossing).toEqual([]);
  });
});
