import { buildReference } from "./docs/reference.mjs";
import { install } from "./install.mjs";
import { Progress } from "./progress.mjs";
import { inRoot } from "./workspace.mjs";

/** `npm run docs`: the reference of the SDK, from its doc comments, as web pages in docs/reference. */

const progress = new Progress(2);
const about = "building the reference";
try {
  await progress.step("installing what is missing", install, String);
  await progress.step(
    about,
    () => buildReference(inRoot("docs/reference")),
    () => "docs/reference/index.html",
    true,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
