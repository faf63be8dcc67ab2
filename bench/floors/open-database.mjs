import { createRequire } from "node:module";

/** Opens SQLite as the server does: Node's own where there is one, else the package with the same API. */
export async function openDatabase(path) {
  const { DatabaseSync } = await import("node:sqlite").catch(() =>
    createRequire(new URL("../../packages/cli/package.json", import.meta.url))("@photostructure/sqlite"),
  );
  return new DatabaseSync(path);
}
