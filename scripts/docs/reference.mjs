import { inRoot } from "../workspace.mjs";

/**
 * Builds the reference of the SDK from its doc comments: a page for everything that it exports.
 * @param {string} folder where the pages go, absolute
 * @throws where something exported has no words, or a link leads nowhere
 */
export async function buildReference(folder) {
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
    validation: { invalidLink: true, notExported: false, notDocumented: false },
    logLevel: "Warn",
  });
  const project = await app.convert();
  if (!project) throw new Error("The sources of the SDK do not compile.");
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("The reference has gaps: see the warnings.");
  const bare = (project.children ?? []).filter(
    (exported) => !exported.hasComment() && !exported.signatures?.some((signature) => signature.hasComment()),
  );
  if (bare.length > 0) throw new Error(`No words about: ${bare.map(({ name }) => name).join(", ")}`);
  await app.generateDocs(project, folder);
}
