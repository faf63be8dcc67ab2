import { open, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Io } from "../io.ts";

/** How much of a kubeconfig is looked at, in bytes: what comes later is no concern of a first look. */
const LOOKED_AT = 256 * 1024;

/** A kubeconfig that is there. */
export interface KubeconfigThere {
  /** The name of its current context, where one is seen. */
  readonly context: string | undefined;
}

/**
 * The kubeconfig that kubectl would use, by the name of its current context alone: it is not parsed, and its cluster is not
 * asked.
 *
 * @returns undefined where there is none that can be read.
 */
export async function kubeconfigThere({ KUBECONFIG, HOME }: Io["env"]): Promise<KubeconfigThere | undefined> {
  const listed = (KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const paths = listed.length > 0 ? listed : HOME ? [join(HOME, ".kube", "config")] : [];
  const texts = (await Promise.all(paths.map(beginningOf))).filter((text) => text !== undefined);
  if (texts.length === 0) return undefined;
  // Of several files the first that says it counts, as for kubectl.
  return { context: texts.map(currentContextIn).find((name) => name !== undefined) };
}

function currentContextIn(text: string): string | undefined {
  const [, name] = /^[ \t]*"?current-context"?[ \t]*:[ \t]*["']?([^"'\s,#][^"'\n,#]*)/m.exec(text) ?? [];
  return name?.trim();
}

async function beginningOf(path: string): Promise<string | undefined> {
  try {
    // A pipe can be read but once, and that is for the command that needs it.
    if (!(await stat(path)).isFile()) return undefined;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(LOOKED_AT) });
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
