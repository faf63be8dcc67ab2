/** The exit code with which a part says that what it needs is not here and cannot be installed. */
const exitCode = 77;

/**
 * Ends the part: a failure in CI, a clear skip on a user's machine. `.ci/run` shows the reason, so it is one line.
 * @param {string} reason what is missing and how to get it
 * @returns {never}
 */
export function cannotBeHad(reason) {
  console.log(reason.replaceAll(/\s+/g, " ").trim());
  process.exit(exitCode);
}
