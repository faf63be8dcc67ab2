import { UsageError } from "./command-error.ts";

/** A server that `kfp-ts serve` runs on this machine, as it announced itself. */
export interface AnnouncedServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly pid: number;
}

/** Which server a command speaks to. */
export interface ChosenEndpoint {
  readonly url: string;
  /** Present where nobody said which: the server that was found. */
  readonly found?: AnnouncedServer;
}

/**
 * Chooses the server: the one that was said, else the only one that runs on this machine. It is never guessed.
 *
 * @param said - What the option or the environment says.
 * @param announced - Finds the servers that run on this machine.
 * @throws UsageError where none was said, and none or several were found.
 */
export async function chooseEndpoint(
  said: string | undefined,
  announced: () => Promise<readonly AnnouncedServer[]>,
): Promise<ChosenEndpoint> {
  if (said !== undefined) return { url: said };
  const servers = await announced();
  const [found, ...others] = servers;
  if (found === undefined) {
    throw new UsageError(
      "Which server? No endpoint was given, and no kfp-ts serve runs on this machine.",
      "Start one with kfp-ts serve, or say where one is: --endpoint http://localhost:3000, or the environment variable KFP_ENDPOINT.",
    );
  }
  if (others.length === 0) return { url: found.url, found };
  const list = servers.map(({ url, pid }) => `  --endpoint ${url}  (process ${pid})`).join("\n");
  throw new UsageError(
    `Which server? No endpoint was given, and ${servers.length} kfp-ts serve run on this machine.`,
    `Choose one:\n${list}`,
  );
}

/** What is told on stderr where the server was found and not said. */
export function foundNote({ url, pid }: AnnouncedServer): string {
  return `Using the server on ${url} (kfp-ts serve, process ${pid})`;
}
