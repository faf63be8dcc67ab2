import type { Announcement } from "@kfp-ts/sdk/announcements";
import {
  type Context,
  type ContextCredentials,
  chosenContext,
  endpointOf,
  type PythonContext,
  pythonContext,
} from "@kfp-ts/sdk/contexts";
import { UsageError } from "../command-error.ts";
import type { SharedOrigins, SharedValues } from "../command-line/shared-options.ts";
import type { Origin } from "../command-line/values.ts";
import { chooseEndpoint, isInPod } from "../endpoint.ts";
import type { Io } from "../io.ts";
import { hasKubeconfig } from "../tunnels/has-kubeconfig.ts";
import { tunnelSaid } from "../tunnels/said.ts";
import type { TunnelTarget } from "../tunnels/target.ts";

/** Where a setting comes from. */
export type Source =
  | Origin
  | { readonly kind: "context"; readonly name: string }
  /** The server that `kfp-ts serve` announces. */
  | { readonly kind: "server"; readonly processId: number }
  | { readonly kind: "python"; readonly file: string }
  /** Nobody has said anything, and there is a kubeconfig. */
  | { readonly kind: "kubeconfig" };

/** A setting, and where it comes from. */
export interface Setting<T> {
  readonly value: T;
  readonly from: Source;
}

/** The context that a command uses. */
export interface ChosenContext extends Context {
  readonly name: string;
  /** Who has said so; undefined for the current one. */
  readonly chosenBy: Origin | undefined;
}

/** What a command that speaks to a server works with. */
export interface Settings {
  readonly context: ChosenContext | undefined;
  /** Undefined in a pod, where the client looks in the cluster, and where a tunnel leads to it. */
  readonly endpoint: Setting<string> | undefined;
  /** The tunnel to go through. */
  readonly tunnel: Setting<TunnelTarget> | undefined;
  readonly namespace: Setting<string> | undefined;
  /** Who is asking, as the context has it; undefined where an option or a variable says it, or nobody. */
  readonly contextCredentials: Setting<ContextCredentials> | undefined;
  /** The option or the variable that says who is asking. */
  readonly credentialsFrom: Origin | undefined;
  readonly caFile: Setting<string> | undefined;
  readonly insecureSkipVerify: Setting<true> | undefined;
  /** The server that was found, where nobody has said which. */
  readonly found: Announcement | undefined;
  readonly python: PythonContext | undefined;
  /** What is worth being told about how these came about. */
  readonly notes: readonly string[];
}

/** What was said on the command line and in the environment. */
export interface Said {
  readonly shared: SharedValues;
  readonly origins: SharedOrigins;
  readonly env: Io["env"];
  /** Whether it is only shown: then not knowing the server is no error, but a note. */
  readonly onlyShown?: boolean;
}

/**
 * Finds out what a command works with: options before a context that an option names, that before environment variables,
 * those before the context of `KFP_CONTEXT` or the current one, that before a server of this machine, and that before the
 * cluster of a kubeconfig.
 *
 * A context is for its endpoint: where another one was said, nothing of the context is used, so that credentials go
 * nowhere else than they were meant for.
 *
 * @param announced - Finds the servers that run on this machine.
 * @throws UsageError
 */
export async function settingsOf(said: Said, announced: () => Promise<readonly Announcement[]>): Promise<Settings> {
  const { shared, origins, env } = said;
  const notes: string[] = [];
  const tunnelThatWasSaid = tunnelSaid(said);
  const context = tunnelThatWasSaid === undefined ? await contextFor(said, notes) : undefined;
  const credentialsFrom = credentialsOrigin(said, context);
  const { endpoint, found, tunnel } =
    tunnelThatWasSaid === undefined
      ? await endpointFor(said, context, credentialsFrom !== undefined, announced, notes)
      : { tunnel: tunnelThatWasSaid };
  if (endpoint?.from.kind === "context" && context?.chosenBy === undefined) {
    const others = (await announced()).filter((server) => !isSame(server, endpoint.value));
    if (others.length > 0) notes.push(contextNote(endpoint.from.name, endpoint.value, others));
  }
  const ofContext = context && ({ kind: "context", name: context.name } as const);
  // What an option names is said as clearly as an option, and wins over the environment as one does.
  const wins = (origin: Origin | undefined): boolean =>
    origin?.kind === "option" || (origin !== undefined && context?.chosenBy?.kind !== "option");
  const chosen = <T>(name: keyof SharedValues, value: T | undefined, own: T | undefined): Setting<T> | undefined => {
    const origin = origins[name];
    if (value !== undefined && origin !== undefined && (own === undefined || wins(origin))) {
      return { value, from: origin };
    }
    return own === undefined || ofContext === undefined ? undefined : { value: own, from: ofContext };
  };
  const python = await pythonContext(env);
  const namespace = chosen("namespace", shared.namespace, context?.namespace);
  const ofPython =
    (endpoint ?? tunnel) !== undefined && python?.namespace !== undefined
      ? { value: python.namespace, from: { kind: "python", file: python.file } as const }
      : undefined;
  return {
    context,
    endpoint,
    tunnel,
    namespace: namespace ?? ofPython,
    contextCredentials:
      credentialsFrom === undefined && ofContext !== undefined && context?.credentials !== undefined
        ? { value: context.credentials, from: ofContext }
        : undefined,
    credentialsFrom,
    caFile: chosen("caFile", shared.caFile, context?.tls?.caFile),
    insecureSkipVerify: chosen(
      "insecureSkipTlsVerify",
      shared.insecureSkipTlsVerify ? true : undefined,
      context?.tls?.insecureSkipVerify ? true : undefined,
    ),
    found,
    python,
    notes: namespace === undefined && ofPython !== undefined ? [...notes, pythonNote(ofPython.value)] : notes,
  };
}

/** Whether an endpoint is that of a server, or of its gateway. */
function isSame(server: Announcement, endpoint: string): boolean {
  const places = [server.endpoint, ...(server.gateway === undefined ? [] : [server.gateway])];
  return places.map(onThisMachine).includes(onThisMachine(endpoint));
}

/** The names of this machine are one. */
function onThisMachine(endpoint: string): string {
  return endpointOf(endpoint).replace(/^(https?:\/\/)(?:127\.0\.0\.1|\[::1\])(?=[:/]|$)/, "$1localhost");
}

function contextNote(name: string, endpoint: string, others: readonly Announcement[]): string {
  const theirs = others.map((server) => server.endpoint).join(", ");
  return `Using the context ${name} (${endpoint}), and not the kfp-ts serve of this machine on ${theirs}`;
}

function pythonNote(namespace: string): string {
  return `Using the namespace ${namespace}, which Python's kfp has kept; --namespace says another`;
}

/** The context to use; undefined where there is none, or where another endpoint was said. */
async function contextFor({ shared, origins, env }: Said, notes: string[]): Promise<ChosenContext | undefined> {
  const chosenBy = origins.context;
  const context = await chosenContext({ env, name: shared.context, namedBy: chosenBy?.name });
  if (context === undefined) return undefined;
  const { name } = context;
  const chosen = { ...context, chosenBy };
  const said = origins.endpoint;
  if (shared.endpoint === undefined || said === undefined) return chosen;
  if (endpointOf(shared.endpoint) === context.endpoint) return chosen;
  if (chosenBy?.kind !== "option") {
    if (chosenBy !== undefined)
      notes.push(`The context ${name} is for ${context.endpoint} and not used: ${said.name} says another endpoint`);
    return undefined;
  }
  if (said.kind === "variable") return chosen;
  throw new UsageError(
    `--context ${name} is for ${context.endpoint}, and --endpoint says another one.`,
    "Leave one of them out; a context goes nowhere else, nor do its credentials.",
  );
}

async function endpointFor(
  { shared, origins, env, onlyShown }: Said,
  context: ChosenContext | undefined,
  hasCredentials: boolean,
  announced: () => Promise<readonly Announcement[]>,
  notes: string[],
): Promise<Partial<Pick<Settings, "endpoint" | "found" | "tunnel">>> {
  const said = origins.endpoint;
  if (shared.endpoint !== undefined && said !== undefined && context?.chosenBy?.kind !== "option") {
    return { endpoint: { value: shared.endpoint, from: said } };
  }
  if (context !== undefined) {
    return { endpoint: { value: context.endpoint, from: { kind: "context", name: context.name } } };
  }
  try {
    const { url, found, inKubeconfig } = await chooseEndpoint(undefined, announced, {
      hasCredentials,
      inPod: isInPod(env),
      hasKubeconfig: () => hasKubeconfig(env),
    });
    if (inKubeconfig) {
      const { kubeContext } = shared;
      return { tunnel: { value: { kubeContext }, from: { kind: "kubeconfig" } } };
    }
    if (url === undefined || found === undefined) return {};
    return { endpoint: { value: url, from: { kind: "server", processId: found.processId } }, found };
  } catch (error) {
    if (!onlyShown || !(error instanceof UsageError)) throw error;
    notes.push(error.message);
    return {};
  }
}

/** What of the command line or the environment says who is asking, where it counts. */
function credentialsOrigin({ shared, origins, env }: Said, context: ChosenContext | undefined): Origin | undefined {
  const [typed, another] = [origins.asServiceAccount, origins.tokenFile].filter((origin) => origin?.kind === "option");
  if (typed !== undefined && another !== undefined) {
    throw new UsageError("--token-file and --as-service-account exclude each other.", "Leave one of them out.");
  }
  if (typed !== undefined) return typed;
  if (context?.chosenBy?.kind === "option" && context.credentials !== undefined) return undefined;
  if (env.KFP_EXISTING_TOKEN) return { kind: "variable", name: "KFP_EXISTING_TOKEN" };
  return shared.tokenFile === undefined ? undefined : origins.tokenFile;
}
