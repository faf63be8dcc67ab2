import type { Announcement } from "@kfp-ts/sdk/announcements";
import { UsageError } from "./command-error.ts";

/** Which server a command speaks to. */
export interface ChosenEndpoint {
  /** Undefined in a pod, where the client looks for it in the cluster, and where it is looked for in a kubeconfig's. */
  readonly url: string | undefined;
  /** Present where nobody said which: the server that was found. */
  readonly found?: Announcement;
  /** Whether it is to be looked for in the cluster of the kubeconfig. */
  readonly inKubeconfig?: boolean;
}

/** What is known of the one who looks for a server. */
export interface Seeker {
  /** Whether there are credentials to send. Of several servers they choose: those that ask for some, or those that do not. */
  readonly hasCredentials?: boolean;
  /** Whether this is a pod: then the client can look around in the cluster. */
  readonly inPod?: boolean;
  /** Whether there is a kubeconfig: then a tunnel can lead into its cluster. Asked where there is nothing better. */
  readonly hasKubeconfig?: () => boolean;
}

/**
 * Chooses the server: the one that was said, else the only one that runs on this machine, of several the only one that asks
 * for credentials where there are some and for none where there are none; else, in a pod, the one of its cluster; else the
 * one of the cluster that a kubeconfig leads to. It is never guessed.
 *
 * @param said - What the option or the environment says.
 * @param announced - Finds the servers that run on this machine.
 * @throws UsageError where none was said, and none or several were found.
 */
export async function chooseEndpoint(
  said: string | undefined,
  announced: () => Promise<readonly Announcement[]>,
  { hasCredentials = false, inPod = false, hasKubeconfig = () => false }: Seeker = {},
): Promise<ChosenEndpoint> {
  if (said !== undefined) return { url: said };
  const servers = await announced();
  const fitting = servers.filter(({ multiUser }) => multiUser === hasCredentials);
  const [found, ...others] = fitting.length === 1 ? fitting : servers;
  if (found === undefined) {
    if (inPod) return { url: undefined };
    if (hasKubeconfig()) return { url: undefined, inKubeconfig: true };
    throw nowhere("and there is no kubeconfig of a cluster to look in.");
  }
  if (others.length === 0) return { url: found.endpoint, found };
  const list = servers.map((server) => `  --endpoint ${server.endpoint}  (${described(server)})`).join("\n");
  throw new UsageError(
    `Which server? No endpoint was given, and ${servers.length} kfp-ts serve run on this machine.`,
    `Choose one:\n${list}`,
  );
}

/** There is no server: what was looked at last, and how to get one. */
export function nowhere(last: string): UsageError {
  return new UsageError(
    `Which server? No endpoint was given, no context is chosen, no kfp-ts serve runs on this machine, ${last}`,
    "Start one with kfp-ts serve, or say where one is: --endpoint http://localhost:3000, or the environment variable KFP_ENDPOINT.",
  );
}

/** Whether the command runs in a pod of a Kubernetes cluster. */
export function isInPod(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST);
}

function described({ multiUser, processId }: Announcement): string {
  return `${multiUser ? "many users, " : ""}process ${processId}`;
}

/** What is told on stderr where the server was found and not said. */
export function foundNote({ endpoint, processId }: Announcement): string {
  return `Using the server on ${endpoint} (kfp-ts serve, process ${processId})`;
}
