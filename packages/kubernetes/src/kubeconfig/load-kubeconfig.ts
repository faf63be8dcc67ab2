import { delimiter, join } from "node:path";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import { type Environment, type System, systemCode } from "../system.ts";
import { type Kubeconfig, mergeKubeconfigs } from "./kubeconfig.ts";
import { parseKubeconfig } from "./parse-kubeconfig.ts";

/** Which files make up the kubeconfig, and who says so. */
export interface KubeconfigFiles {
  readonly paths: readonly string[];
  readonly saidBy: "option" | "KUBECONFIG" | "default";
}

/**
 * The files of a kubeconfig, in kubectl's order: those that the caller names, else the list in `KUBECONFIG`, else
 * `~/.kube/config`.
 */
export function kubeconfigFiles(given: {
  readonly kubeconfig?: string | readonly string[] | undefined;
  readonly env: Environment;
  readonly homeDirectory: string | undefined;
}): KubeconfigFiles {
  const named = typeof given.kubeconfig === "string" ? [given.kubeconfig] : (given.kubeconfig ?? []);
  if (named.length > 0) return { paths: named, saidBy: "option" };
  const listed = (given.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length > 0) return { paths: [...new Set(listed)], saidBy: "KUBECONFIG" };
  return {
    paths: given.homeDirectory === undefined ? [] : [join(given.homeDirectory, ".kube", "config")],
    saidBy: "default",
  };
}

/** The user's folder, as kubectl finds it. */
export function homeDirectoryOf(env: Environment): string | undefined {
  return env.HOME || env.USERPROFILE || undefined;
}

/**
 * Reads and merges the files of a kubeconfig. Of a list, those that do not exist are skipped, as kubectl does; a single
 * file that the caller names must exist.
 *
 * @returns undefined where none of them exists and none has to.
 * @throws KubernetesConfigError NOT_FOUND, UNREADABLE, MALFORMED
 */
export async function loadKubeconfig(
  { paths, saidBy }: KubeconfigFiles,
  { readFile }: Pick<System, "readFile">,
): Promise<Kubeconfig | undefined> {
  const loaded: Kubeconfig[] = [];
  for (const path of paths) {
    const text = await readFile(path).catch((cause: unknown) => {
      const code = systemCode(cause);
      if (code === "ENOENT" || (code === "ENOTDIR" && saidBy === "default")) {
        if (saidBy === "option" && paths.length === 1) throw missing(path, cause);
        return undefined;
      }
      throw unreadable(path, saidBy, code, cause);
    });
    if (text !== undefined) loaded.push(await parseKubeconfig(path, text));
  }
  return loaded.length === 0 ? undefined : mergeKubeconfigs(loaded);
}

function missing(path: string, cause: unknown): KubernetesConfigError {
  const message = `The kubeconfig ${path} does not exist. Correct its path, or leave it out to use KUBECONFIG or ~/.kube/config.`;
  return new KubernetesConfigError("NOT_FOUND", message, { lookedAt: [path], cause });
}

const facts: Readonly<Record<string, string>> = {
  EISDIR: "is a folder",
  EFBIG: "is larger than 8 MiB, and no kubeconfig is",
  ELOOP: "is a link that leads back to itself",
  ETIMEDOUT: "is a pipe that nobody writes to",
};

function unreadable(
  path: string,
  saidBy: KubeconfigFiles["saidBy"],
  code: string,
  cause: unknown,
): KubernetesConfigError {
  const where = saidBy === "KUBECONFIG" ? " (named by KUBECONFIG)" : "";
  const fact = facts[code] ?? `cannot be read (${code || "unknown"})`;
  const fix = code === "EACCES" ? "Give yourself the right to read it." : "Name the file of a kubeconfig.";
  return new KubernetesConfigError("UNREADABLE", `The kubeconfig ${path}${where} ${fact}. ${fix}`, {
    lookedAt: [path],
    cause,
  });
}
