import { install } from "./install.mjs";
import { Progress } from "./progress.mjs";
import { inRoot } from "./workspace.mjs";

/** `npm run docs`: the reference of the SDK, from its doc comments, as web pages in docs/reference. */

const progress = new Progress(2);
await progress.step("installing what is missing", install, String);
await progress.step("building the reference", buildReference, () => "open docs/reference/index.html");

async function buildReference() {
  const { Application } = await import("typedoc");
  const app = await Application.bootstrapWithPlugins({
    name: "@kfp-ts/sdk",
    entryPoints: [inRoot("packages/sdk/src/index.ts")],
    tsconfig: inRoot("packages/sdk/tsconfig.json"),
    readme: inRoot("packages/sdk/README.md"),
    includeVersion: true,
    excludeInternal: true,
    excludePrivate: true,
    // The pages are the same wherever the checkout lies.
    disableSources: true,
    treatWarningsAsErrors: true,
    validation: { invalidLink: true, notExported: false, notDocumented: true },
    requiredToBeDocumented: ["Class", "Interface", "TypeAlias", "Function", "Variable", "Method"],
    logLevel: "Warn",
  });
  const project = await app.convert();
  if (!project) throw new Error("The sources of the SDK do not compile.");
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("The reference has gaps; see above.");
  await app.generateDocs(project, inRoot("docs/reference"));
}
