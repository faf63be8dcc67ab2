import { join } from "node:path";
import type { ContainerJob } from "../container-runtime.ts";

/**
 * The environment of a task, built from nothing: what every program needs, and what the task asks for. Nothing of the
 * environment of this process is in it but the path on which programs are found.
 */
export function taskEnvironment(
  { env, folder }: Pick<ContainerJob, "env" | "folder">,
  path: string,
): Record<string, string> {
  return {
    PATH: path,
    HOME: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    LANG: "C.UTF-8",
    ...env,
  };
}

/** Where programs are found when nobody says. */
export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
