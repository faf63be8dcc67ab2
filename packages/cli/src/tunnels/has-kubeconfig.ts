import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../io.ts";

/** Whether there is a kubeconfig where kubectl would look for one. It is not read. */
export function hasKubeconfig({ KUBECONFIG, HOME }: Io["env"]): boolean {
  if (KUBECONFIG) return true;
  return Boolean(HOME) && existsSync(join(HOME ?? "", ".kube", "config"));
}
