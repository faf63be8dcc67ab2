import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * Python's own command, where it is installed: beside the interpreter that KFP_TS_PYTHON names, else on the path.
 *
 * @returns {Promise<string | undefined>}
 */
export async function findKfp() {
  const beside = process.env.KFP_TS_PYTHON && join(dirname(process.env.KFP_TS_PYTHON), "kfp");
  if (beside) return existsSync(beside) ? beside : undefined;
  return promisify(execFile)("kfp", ["--version"]).then(
    () => "kfp",
    () => undefined,
  );
}
