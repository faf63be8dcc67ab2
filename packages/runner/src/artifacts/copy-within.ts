import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { RunnerError } from "../errors/runner-error.ts";
import { namesIn, openWithin } from "./open-within.ts";

/**
 * Copies a file, or a folder with all that is below it, while others may change it: what is copied is in the folder, and
 * no link is followed.
 *
 * @param folder - Where the source has to be; undefined for anywhere.
 * @throws RunnerError (OUTPUT_INVALID) for what is elsewhere, or neither file nor folder; what the system says.
 */
export async function copyWithin(source: string, target: string, folder: string | undefined): Promise<void> {
  const handle = await openWithin(source, folder, { links: false });
  if (handle === undefined) return;
  try {
    const stat = await handle.stat();
    if (stat.isFile()) {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const file = createWriteStream(target, { flags: "wx", mode: (stat.mode & 0o100) === 0 ? 0o600 : 0o700 });
      await pipeline(handle.createReadStream({ autoClose: false }), file);
      return;
    }
    if (!stat.isDirectory()) throw new RunnerError("OUTPUT_INVALID", `${source} is neither a file nor a folder`);
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const name of await namesIn(handle, source)) {
      await copyWithin(join(source, name), join(target, name), folder);
    }
  } finally {
    await handle.close();
  }
}
