import { inRoot, packageOf } from "../workspace.mjs";
import { builtinsAsleep } from "./builtins-asleep.mjs";

/**
 * One file that is published.
 * @typedef {object} Bundle
 * @property {string} entry the source, relative to the root of the checkout, or the name of a package
 * @property {string} outfile the bundle, relative to the root of the checkout
 * @property {string[]} sources the packages whose sources it is made of
 * @property {"node" | "browser"} platform
 * @property {string[]} [external] packages that the user's npm installs beside it
 * @property {string[]} [lazy] packages that must not run when the bundle is loaded, only when they are needed
 * @property {Record<string, string>} [beside] packages that lie beside it as a bundle of their own
 * @property {boolean} [loadsBeside] whether it may load those at once; else only with an `import()`
 * @property {boolean} [command] whether it is run by its name
 * @property {boolean} [classNames] whether something inside asks its classes for their names, which esbuild drops otherwise
 * @property {boolean} [commonjs] whether something inside was written for CommonJS and calls `require`
 */

/** What only few calls need, and is large, each as a file of its own: for YAML, for logins, for compiled pipelines. */
const libraries = ["js-yaml", "openid-client", "parse5", "tough-cookie"];
const besideLibraries = {
  "@kfp-ts/api/pipeline-spec": "./pipeline-spec.js",
  ...Object.fromEntries(libraries.map((name) => [name, `./${name}.js`])),
};

/**
 * @param {string} folder where the bundles are that load them
 * @returns {Bundle[]}
 */
const librariesIn = (folder) => [
  {
    entry: "packages/api/src/pipeline-spec/index.ts",
    outfile: `${folder}/pipeline-spec.js`,
    sources: ["packages/api"],
    platform: "node",
  },
  ...libraries.map(
    (name) => /** @type {Bundle} */ ({ entry: name, outfile: `${folder}/${name}.js`, sources: [], platform: "node" }),
  ),
];

/**
 * The command and each entry of the SDK are one file, because starting Node with 80 small modules costs more than
 * everything that they do. The server, what stands around it in Kubeflow, and what knows a Kubernetes cluster are files
 * of their own that only some commands load. The cluster is one file for all of them, so that its errors are of one class;
 * the SDK has it beside itself too, because what it needs of Node (TLS, sockets) would be loaded with the SDK otherwise.
 *
 * What only few calls need and is large lies beside them as well: reading it costs as much as all the rest.
 *
 * Inside are all other packages that they use, even those which few callers need: esbuild keeps what only an `import()` asks
 * for asleep until then, and that costs a millisecond of reading. Outside stays what is native: SQLite.
 * @type {Bundle[]}
 */
export const bundles = [
  {
    entry: "packages/sdk/src/index.ts",
    outfile: "packages/sdk/dist/index.js",
    sources: ["packages/api", "packages/sdk"],
    platform: "node",
    beside: { "@kfp-ts/kubernetes": "./kubernetes.js", ...besideLibraries },
  },
  {
    entry: "packages/kubernetes/src/index.ts",
    outfile: "packages/sdk/dist/kubernetes.js",
    sources: ["packages/kubernetes"],
    platform: "node",
    lazy: ["js-yaml", "ws"],
    commonjs: true,
  },
  {
    entry: "packages/sdk/src/browser.ts",
    outfile: "packages/sdk/dist/browser.js",
    sources: ["packages/api", "packages/sdk"],
    platform: "browser",
    lazy: ["js-yaml"],
  },
  {
    entry: "packages/cli/src/main.ts",
    outfile: "packages/cli/dist/kfp-ts.js",
    sources: ["packages/api", "packages/sdk", "packages/cli"],
    platform: "node",
    beside: {
      "@kfp-ts/server": "./server.js",
      "@kfp-ts/kubeflow": "./kubeflow.js",
      "@kfp-ts/kubernetes": "./kubernetes.js",
      "@kfp-ts/runner": "./runner.js",
      ...besideLibraries,
    },
    lazy: ["commander"],
    command: true,
    commonjs: true,
  },
  {
    entry: "packages/server/src/index.ts",
    outfile: "packages/cli/dist/server.js",
    sources: ["packages/api", "packages/server"],
    platform: "node",
    beside: { "@kfp-ts/kubernetes": "./kubernetes.js", "@kfp-ts/runner": "./runner.js" },
    loadsBeside: true,
    external: ["@photostructure/sqlite"],
    lazy: ["@photostructure/sqlite", "pg"],
    commonjs: true,
  },
  {
    entry: "packages/runner/src/index.ts",
    outfile: "packages/cli/dist/runner.js",
    sources: ["packages/api", "packages/runner"],
    platform: "node",
    beside: { "@kfp-ts/api/pipeline-spec": "./pipeline-spec.js" },
    loadsBeside: true,
    commonjs: true,
  },
  {
    entry: "packages/kubeflow/src/index.ts",
    outfile: "packages/cli/dist/kubeflow.js",
    sources: ["packages/server", "packages/kubeflow"],
    platform: "node",
    beside: { "@kfp-ts/kubernetes": "./kubernetes.js", "openid-client": "./openid-client.js" },
    loadsBeside: true,
    lazy: ["bcryptjs", "ldapts", "oidc-provider", "koa"],
    classNames: true,
    commonjs: true,
  },
  {
    entry: "packages/kubernetes/src/index.ts",
    outfile: "packages/cli/dist/kubernetes.js",
    sources: ["packages/kubernetes"],
    platform: "node",
    lazy: ["js-yaml", "ws"],
    commonjs: true,
  },
  ...librariesIn("packages/sdk/dist"),
  ...librariesIn("packages/cli/dist"),
];

/** The types of the SDK, rolled up into one file that knows nothing of the other packages. */
export const declarations = {
  project: "packages/sdk",
  entry: "packages/sdk/build/index.d.ts",
  outfile: "packages/sdk/dist/index.d.ts",
  sources: ["packages/api", "packages/sdk"],
};

/**
 * What esbuild is to do for a bundle. Names are kept as they are, so that a stack trace can be read; what is dropped is
 * white space, which Node would have to read at every start.
 * @param {Bundle} bundle
 * @returns {import("esbuild").BuildOptions & { metafile: true, write: false }}
 */
export function esbuildOptions(bundle) {
  const banner = [
    ...(bundle.command ? ["#!/usr/bin/env node"] : []),
    `// @kfp-ts ${packageOf("packages/cli").version}, Apache-2.0. What it contains of others: THIRD-PARTY-NOTICES.txt`,
    ...(bundle.commonjs
      ? [
          'import { createRequire as createRequireHere } from "node:module";',
          "const require = createRequireHere(import.meta.url);",
        ]
      : []),
  ];
  return {
    absWorkingDir: inRoot(""),
    entryPoints: [bundle.entry],
    outfile: bundle.outfile,
    bundle: true,
    format: "esm",
    platform: bundle.platform,
    target: bundle.platform === "node" ? "node20.19" : "es2022",
    external: bundle.external ?? [],
    plugins: [besideAsFile(bundle.beside ?? {}), ...(bundle.beside === undefined ? [] : [builtinsAsleep()])],
    banner: { js: banner.join("\n") },
    // A library by itself has no import, and publint would not find an export in the middle of a line.
    minifyWhitespace: bundle.sources.length > 0,
    minifySyntax: true,
    keepNames: bundle.classNames ?? false,
    // Node shows the line of an error that nobody caught: that has to be a line, and not the whole bundle.
    lineLimit: 160,
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    write: false,
  };
}

/**
 * An import of a package that lies beside this bundle becomes an import of that file.
 * @param {Record<string, string>} files
 * @returns {import("esbuild").Plugin}
 */
function besideAsFile(files) {
  return {
    name: "beside",
    setup(build) {
      build.onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) =>
        files[path] && kind !== "entry-point" ? { path: files[path], external: true } : undefined,
      );
    },
  };
}
