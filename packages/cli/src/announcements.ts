import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { announcementFolder } from "@kfp-ts/server/announce";
import type { Io } from "./io.ts";

/** Where the servers of this user announce themselves, by the XDG base directories. */
export function placeOfAnnouncements(env: Io["env"]): string {
  const { XDG_RUNTIME_DIR: runtime, XDG_STATE_HOME: state } = env;
  return announcementFolder({
    runtime: runtime && isAbsolute(runtime) ? runtime : undefined,
    state: state && isAbsolute(state) ? state : join(env.HOME || homedir(), ".local", "state"),
  });
}
