import { readdir, readFile, readlink } from "node:fs/promises";

/** A process that listens on a port. */
export interface PortHolder {
  readonly processId: number;
  /** Its command line, shortened. Secrets may be in there, so only program and first argument are kept. */
  readonly command: string;
}

const LISTENING = "0A";

/**
 * Finds out which process listens on a TCP port of this machine. It can be told on Linux, and only of processes that
 * the caller may look into, which are its own user's.
 *
 * @param proc - Where the kernel tells of processes.
 * @returns undefined where it cannot be told.
 */
export async function findPortHolder(port: number, proc = "/proc"): Promise<PortHolder | undefined> {
  const inodes = new Set<string>();
  for (const table of ["tcp", "tcp6"]) {
    for (const inode of listeningInodes(await readText(`${proc}/net/${table}`), port)) inodes.add(inode);
  }
  if (inodes.size === 0) return undefined;
  for (const name of await list(proc)) {
    if (!/^\d+$/.test(name)) continue;
    for (const descriptor of await list(`${proc}/${name}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readLink(`${proc}/${name}/fd/${descriptor}`))?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      return { processId: Number(name), command: shortened(await readText(`${proc}/${name}/cmdline`)) };
    }
  }
  return undefined;
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === LISTENING)
    .flatMap((columns) => columns[9] ?? []);
}

function shortened(commandLine: string): string {
  const [program = "", argument = ""] = commandLine.split("\0");
  return `${program} ${argument}`
    .trim()
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 120);
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

async function readLink(path: string): Promise<string> {
  return readlink(path).catch(() => "");
}

async function list(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}
