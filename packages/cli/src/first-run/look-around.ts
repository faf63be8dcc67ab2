import { stat } from "node:fs/promises";
import { type Announcement, announcedServers } from "@kfp-ts/sdk/announcements";
import { endpointOf, keptSessions, loadConfig, placesOf } from "@kfp-ts/sdk/contexts";
import { sharedOptions } from "../command-line/shared-options.ts";
import { originsOf, valuesOf } from "../command-line/values.ts";
import { type Settings, settingsOf } from "../contexts/settings.ts";
import { isInPod } from "../endpoint.ts";
import type { Io } from "../io.ts";
import { type Report, reportOf } from "../report-error.ts";
import { type KubeconfigThere, kubeconfigThere } from "./kubeconfig-context.ts";
import { takesConnections } from "./takes-connections.ts";

/** What a command would find here and now. */
export interface Surroundings {
  /** Undefined where that cannot be found out: see `problem`. */
  readonly settings: Settings | undefined;
  /** Why it cannot be found out. */
  readonly problem: Pick<Report, "message" | "fix"> | undefined;
  /** The servers of this machine. */
  readonly servers: readonly Announcement[];
  readonly contexts: ReadonlyMap<string, { readonly endpoint: string }>;
  readonly kubeconfig: KubeconfigThere | undefined;
  readonly isInPod: boolean;
  /** Who has a session at the server that would be used, by name; undefined where nobody has. */
  readonly user: string | undefined;
  /** Whether that server takes connections, where it is on this machine. */
  readonly isThere: boolean | undefined;
}

/** Of the half second that all of it may take: how long files may take, in milliseconds, and then a server of this machine. */
const FILES_MS = 250;
const SERVER_MS = 100;
/** Nobody writes as many contexts as this has bytes; reading them would take longer than anybody waits. */
const LARGEST_CONFIG = 1024 * 1024;

/** Looks around: at files and variables, and whether a server of this machine takes connections. Whatever is broken, it ends. */
export async function lookAround(io: Io): Promise<Surroundings> {
  const { env } = io;
  const found = settingsHere(io);
  const servers = announcedServers(env);
  const contexts = loadable(env).then((isSmall) => (isSmall ? loadConfig(env) : undefined));
  const [outcome, there, config, kubeconfig] = await Promise.all([
    inTime(
      found
        .then((settings) => ({ settings, problem: undefined }))
        .catch((error: unknown) => ({ settings: undefined, problem: reportOf(error) })),
    ),
    inTime(servers.catch(() => [])),
    inTime(contexts.catch(() => undefined)),
    inTime(kubeconfigThere(env)),
  ]);
  const settings = outcome?.settings;
  const [user, isThere] = await Promise.all([userOf(settings, env), answers(settings)]);
  return {
    settings,
    problem: outcome === undefined ? tooSlow(env) : outcome.problem,
    servers: there ?? [],
    contexts: config?.contexts ?? new Map(),
    kubeconfig,
    isInPod: isInPod(env),
    user,
    isThere,
  };
}

async function settingsHere({ env }: Io): Promise<Settings> {
  if (!(await loadable(env))) {
    const file = placesOf(env)?.config;
    throw Object.assign(new Error(`${file} is larger than any file of contexts`), { syscall: "read" });
  }
  const shared = valuesOf(sharedOptions, new Map(), env);
  const origins = originsOf(sharedOptions, new Map(), env);
  return settingsOf({ shared, origins, env, onlyShown: true }, () => announcedServers(env));
}

async function loadable(env: Io["env"]): Promise<boolean> {
  const file = placesOf(env)?.config;
  if (file === undefined) return true;
  return stat(file).then(
    ({ size }) => size <= LARGEST_CONFIG,
    () => true,
  );
}

function tooSlow(env: Io["env"]): Pick<Report, "message" | "fix"> {
  const file = placesOf(env)?.config;
  return {
    message: "The files that say which server to use do not answer: a disk or a network behind them may be gone.",
    fix: file === undefined ? undefined : `Look at ${file}`,
  };
}

/** Who has logged in where commands would go. */
async function userOf(settings: Settings | undefined, env: Io["env"]): Promise<string | undefined> {
  const url = settings?.endpoint?.value;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const described = settings?.contextCredentials?.value;
  const wanted = described?.kind === "session" ? described.username : undefined;
  const kept = await inTime((keptSessions(env)?.list(endpointOf(url)) ?? Promise.resolve([])).catch(() => []));
  const last = kept?.find(({ user }) => wanted === undefined || user === wanted);
  return last && (last.user || "somebody who has used a browser");
}

/** Servers elsewhere are not asked: that takes as long as it takes. */
async function answers(settings: Settings | undefined): Promise<boolean | undefined> {
  const url = settings?.endpoint?.value;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const address = new URL(url);
  return isThisMachine(address) ? takesConnections(address, SERVER_MS) : undefined;
}

function isThisMachine({ hostname }: URL): boolean {
  return /^127\.|^\[::1\]$|(^|\.)localhost$/.test(hostname);
}

/** What does not come in time is left to itself. */
function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), FILES_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
