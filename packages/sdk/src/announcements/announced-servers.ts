import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { type Announcement, readAnnouncement } from "./announcement.ts";
import { announcementFolder, checkFolder } from "./folder.ts";
import { isRunning, processStart } from "./process-start.ts";

/** A file of the folder; without a server where it is no announcement, or its process is gone. */
interface Found {
  readonly file: string;
  readonly server: Announcement | undefined;
}

/**
 * The servers that run on this machine and have announced themselves to this user, newest first. Those whose process is
 * gone, or whose number another process has by now, are left out.
 *
 * @param env - Says where they announce themselves: {@link announcementFolder}.
 * @throws KfpError FILE_UNREADABLE where others can write to that folder.
 */
export async function announcedServers(env: Environment): Promise<readonly Announcement[]> {
  const folder = announcementFolder(env);
  if (!(await checkFolder(folder))) return [];
  const found = await readFolder(folder);
  return found.flatMap(({ server }) => server ?? []).sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}

/** Every announcement in a folder. */
export async function readFolder(folder: string): Promise<readonly Found[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  return Promise.all(names.map(async (name) => ({ file: join(folder, name), server: await read(join(folder, name)) })));
}

async function read(file: string): Promise<Announcement | undefined> {
  const announced = readAnnouncement(await readFile(file, "utf8").catch(() => ""));
  if (announced === undefined || !isRunning(announced.processId)) return undefined;
  const { processStart: expected, ...server } = announced;
  if (expected !== undefined && (await processStart(server.processId)) !== expected) return undefined;
  return server;
}
