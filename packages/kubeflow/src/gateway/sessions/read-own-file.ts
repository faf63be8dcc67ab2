import { readFile } from "node:fs/promises";
import { KubeflowError } from "../../box/kubeflow-error.ts";
import { unlessMissing } from "../../box/private-files.ts";

/** What there is to do about a file of the gateway that cannot be used. */
export const DELETE_IT = "Delete it: everybody who is logged in at the gateway has to log in again.";

/** The text of a file of the gateway; undefined where there is none. @throws KubeflowError that names what cannot be read */
export async function readOwnFile(path: string): Promise<string | undefined> {
  try {
    return await unlessMissing(readFile(path, "utf8"));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new KubeflowError("ERR_DATA", `${path} cannot be read (${code ?? message}).`, { fix: DELETE_IT, cause });
  }
}
