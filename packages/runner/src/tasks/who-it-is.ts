import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Mount } from "../containers/container-runtime.ts";
import type { AttemptFolder } from "./attempt-folder.ts";

/**
 * Writes down for an isolated program who it is: many ask for the name of their user, and this machine's are not shown.
 *
 * @returns what shows it to the program.
 */
export async function whoItIs({ path, home }: AttemptFolder): Promise<readonly Mount[]> {
  const files = {
    passwd: ["root:x:0:0:root:/root:/bin/sh", `task:x:1000:1000:task:${home}:/bin/sh`],
    group: ["root:x:0:", "task:x:1000:"],
  };
  return await Promise.all(
    Object.entries(files).map(async ([name, lines]) => {
      const source = join(path, name);
      await writeFile(source, `${lines.join("\n")}\n`, { mode: 0o600 });
      return { source, target: `/etc/${name}`, writable: false };
    }),
  );
}
