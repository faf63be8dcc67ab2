import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Announcement,
  announcementFolder,
  checkFolder,
  processStart,
  readFolder,
  writeAnnouncement,
} from "@kfp-ts/sdk/announcements";
import type { Log } from "@kfp-ts/server";
import type { Io } from "../io.ts";

/**
 * Announces a server of this process. It is of use without that, so what is in the way is only said.
 *
 * @returns what takes the announcement back.
 */
export async function announced(
  env: Io["env"],
  server: Omit<Announcement, "processId">,
  log: Log,
): Promise<() => Promise<void>> {
  const folder = announcementFolder(env);
  try {
    return await announce(folder, server);
  } catch (error) {
    log.warn(
      { err: error, folder },
      "the server is not announced: programs on this machine will not find it by themselves",
    );
    return async () => {};
  }
}

/**
 * Announces a server of this process to programs of the same user, and clears away what servers left that were killed.
 *
 * @param folder - See `announcementFolder`; it is made where there is none, open to nobody else.
 * @returns what takes the announcement back.
 * @throws KfpError FILE_UNREADABLE where others can write to the folder.
 */
export async function announce(folder: string, server: Omit<Announcement, "processId">): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkFolder(folder);
  for (const old of await readFolder(folder)) {
    if (old.server === undefined) await rm(old.file, { force: true });
  }
  const { pid } = process;
  const file = join(folder, `${pid}-${new URL(server.endpoint).port}.json`);
  const text = writeAnnouncement({
    ...server,
    processId: pid,
    processStart: await processStart(pid),
  });
  // Readers see the whole file or none: it gets its name once it is complete.
  const draft = `${file}.draft`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: "wx" });
  await rename(draft, file);
  return () => rm(file, { force: true });
}
