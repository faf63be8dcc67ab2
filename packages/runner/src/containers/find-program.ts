import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * A program of this machine as a shell finds it.
 *
 * @param program - A name, or an absolute path; another path is none that a task could mean.
 * @param path - The folders in which names are looked for, as in PATH.
 */
export async function findProgram(program: string, path: string): Promise<string | undefined> {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const places = program.includes("/")
    ? isAbsolute(program)
      ? [program]
      : []
    : folders.map((folder) => join(folder, program));
  for (const place of places) {
    const found = await access(place, constants.X_OK).then(
      async () => (await stat(place)).isFile(),
      () => false,
    );
    if (found) return place;
  }
  return undefined;
}
