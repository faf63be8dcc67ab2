import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Authorizer, Clock, ReviewToken } from "@kfp-ts/server/ports";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import { ADMINISTRATOR, kubeconfigOf } from "../kubernetes-api/administrator.ts";
import { type ServedKubernetesApi, serveKubernetesApi } from "../kubernetes-api/serve-kubernetes-api.ts";
import type { Profile } from "../objects/kubeflow-object.ts";
import { watchObjects } from "../objects/watch-objects.ts";
import type { Rbac } from "../rbac/rbac.ts";
import type { SigningKey } from "../tokens/signing-key.ts";
import type { TokenIssuer } from "../tokens/token-issuer.ts";
import { TokenProjection } from "../tokens/token-projection.ts";
import { replaceFile } from "../whole-file.ts";
import { folderOf, KubeflowData } from "./kubeflow-data.ts";
import { OneAfterTheOther } from "./one-after-the-other.ts";
import { repeat } from "./repeat.ts";
import { builtInRules, rulesOf } from "./rules.ts";

/** What Kubeflow in a box is opened with. */
export interface KubeflowOptions {
  /** The data directory of the server; what is Kubeflow's lies in `kubeflow/` in it. */
  readonly dataDirectory: string;
  /** Files and folders with more RBAC objects, which are followed. */
  readonly rbacPaths?: readonly string[] | undefined;
  /** Whom the projected tokens are for: the server's TOKEN_REVIEW_AUDIENCE. @default "pipelines.kubeflow.org" */
  readonly audience?: string | undefined;
  /** Where Kubeflow Pipelines would run. @default "kubeflow" */
  readonly systemNamespace?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Log | undefined;
  /**
   * Where the part of the Kubernetes API that tokens and access need is served, on 127.0.0.1; 0 for any port that is free.
   * A kubeconfig of its administrator is then kept beside the data. Without one it is not served.
   */
  readonly kubernetesPort?: number | undefined;
  /** How often it looks for what other processes and editors have changed, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
}

/** What stands around Kubeflow Pipelines in full Kubeflow, with no Kubernetes. */
export interface Kubeflow {
  /** Makes and reviews tokens of service accounts. */
  readonly issuer: TokenIssuer;
  /** The keys that tokens are checked with, the newest first. */
  keys(): readonly SigningKey[];
  readonly profiles: {
    /** By name; without those that are only in the files with RBAC objects. */
    list(): readonly Profile[];
    /** @throws KubeflowError for a name that a namespace cannot have, and where there is such a profile */
    create(name: string, owner: string): Promise<Profile>;
    /** Deletes a profile with its service accounts, whose tokens end. @throws KubeflowError where there is none */
    delete(name: string): Promise<Profile>;
  };
  /** Reviews tokens of the own issuer. */
  readonly reviewToken: ReviewToken;
  /** Reviews access by the RBAC rules. */
  readonly authorizer: Authorizer;
  /** The rules in force, for reviews with groups. */
  rbac(): Rbac;
  /** Another number whenever a review may be answered otherwise than before. Tokens end without it. */
  revision(): number;
  /** The kubeconfig of the Kubernetes API; undefined where that is not served, or not yet. */
  readonly kubeconfig: string | undefined;
  /** Where the token of a profile's `default-editor` is kept. */
  tokenFile(profile: string): string;
  /**
   * Begins to write: tokens into their files, and which service accounts there are. Only one process at a time is to do so,
   * so it waits until whoever opened it knows that it is the one. The Kubernetes API is served from then on.
   *
   * @throws KubeflowError where the port of the Kubernetes API is not free
   */
  start(): Promise<void>;
  /** Takes up at once what other processes have changed, instead of at the next look. */
  refresh(): Promise<void>;
  /** Ends the looking. What is on disk stays. */
  close(): Promise<void>;
}

const EDITOR = "default-editor";
/** How often tokens are looked at whether they are near their end, and what could not be written is tried again. */
const WRITE_MS = 15_000;

/**
 * Opens Kubeflow in a box: an issuer of service account tokens, RBAC, profiles. Everything is kept in the data directory,
 * which other processes may change at the same time.
 *
 * @throws KubeflowError where the data cannot be used; ObjectError where the files with RBAC objects are wrong
 */
export async function openKubeflow(options: KubeflowOptions): Promise<Kubeflow> {
  const { dataDirectory, audience = "pipelines.kubeflow.org", systemNamespace = "kubeflow" } = options;
  const { clock = { now: () => Date.now() }, log = silentLog, rbacPaths = [], pollMs = 500 } = options;
  const { kubernetesPort } = options;
  const data = await KubeflowData.open({
    dataDirectory,
    clock,
    onUnreadable: ({ message }) => log.error({}, `a file cannot be read, what it said before stays:\n${message}`),
  });
  const folder = folderOf(dataDirectory);
  const { issuer } = data;
  const projection = new TokenProjection({ folder: join(folder, "tokens"), issuer, audience, clock, log });
  const builtIn = builtInRules(systemNamespace, { administrator: kubernetesPort !== undefined });
  const changes = new OneAfterTheOther();
  let rules = rulesOf(builtIn, [], []);
  let revision = 0;
  let started = false;
  let closed = false;

  /** Puts everything together as it is now. */
  const takeUp = (): Promise<void> =>
    changes.run(async () => {
      rules = rulesOf(builtIn, data.profiles(), files.current.objects);
      const namespaces = new Set([systemNamespace, ...rules.namespaces]);
      data.named.keep([...namespaces].sort(), rules.serviceAccounts);
      data.index();
      revision++;
      if (started && !closed) await write();
    });
  /** What cannot be written is told, and tried again: the server does not stop for it. */
  const write = async (): Promise<void> => {
    await data.named.save().catch((error: NodeJS.ErrnoException) => {
      log.error({ error: error.code ?? error.message }, "the service accounts that RBAC names cannot be written down");
    });
    const editors = [...data.profiles(), ...rules.profilesOfFiles].flatMap(
      ({ metadata }) => data.find(metadata.name, EDITOR) ?? [],
    );
    const administrator = data.find(ADMINISTRATOR.namespace, ADMINISTRATOR.name);
    await projection.project(
      served && administrator ? [...editors, { ...administrator, audience: issuer.issuer }] : editors,
    );
  };
  const failed = (error: Error): void => {
    log.error(
      { error: error.message },
      "what has changed of Kubeflow's data cannot be taken up; what was before stays",
    );
  };

  const files = await watchObjects(rbacPaths, {
    pollMs,
    onChange({ objects, warnings }) {
      for (const warning of warnings) log.warn({}, warning);
      log.info({ objects: objects.length }, "the RBAC files have changed");
      takeUp().catch(failed);
    },
    onProblem: ({ message }) => log.error({}, `the RBAC files are wrong, what they said before stays:\n${message}`),
  });
  for (const warning of files.current.warnings) log.warn({}, warning);
  await takeUp();

  const look = async (): Promise<void> => {
    if (await data.refresh()) await takeUp();
  };
  const stopLooking = repeat(pollMs, look, failed);
  const stopWriting = repeat(
    WRITE_MS,
    () => changes.run(async () => (started && !closed ? write() : undefined)),
    failed,
  );

  const kubeconfig = join(folder, "kubeconfig");
  let served: ServedKubernetesApi | undefined;
  const serveApi = async (port: number): Promise<void> => {
    const api = { issuer, keys: data.keys.keys, rbac: () => rules.rbac };
    served = await serveKubernetesApi(api, { port, log });
    const text = kubeconfigOf(served.url, projection.pathOf(ADMINISTRATOR));
    await replaceFile(kubeconfig, text).catch((error: NodeJS.ErrnoException) => {
      log.error({ kubeconfig, error: error.code ?? error.message }, "the kubeconfig cannot be written");
    });
  };

  return {
    issuer,
    keys: data.keys.keys,
    profiles: {
      list: () => data.profiles(),
      async create(name, owner) {
        const made = await data.createProfile(name, owner);
        await takeUp();
        return made;
      },
      async delete(name) {
        const deleted = await data.deleteProfile(name);
        await takeUp();
        return deleted;
      },
    },
    rbac: () => rules.rbac,
    revision: () => revision,
    async reviewToken(token, audiences) {
      const { authenticated = false, user, audiences: good = [], error = "" } = issuer.review(token, audiences);
      return { authenticated, user: user.username ?? "", audiences: good, error };
    },
    authorizer: { review: async (user, attributes) => rules.rbac.review({ user }, attributes) },
    tokenFile: (profile) => projection.pathOf({ namespace: profile, name: EDITOR }),
    get kubeconfig() {
      return served && kubeconfig;
    },
    start: () =>
      changes.run(async () => {
        if (closed) return;
        // One that was killed may have left it.
        await rm(kubeconfig, { force: true });
        if (kubernetesPort !== undefined) await serveApi(kubernetesPort);
        started = true;
        await write();
      }),
    async refresh() {
      await files.refresh();
      await look();
      await changes.idle();
    },
    async close() {
      stopLooking();
      stopWriting();
      files.close();
      closed = true;
      // What is being written is written, and nothing comes after it.
      await changes.idle();
      if (served === undefined) return;
      await served.close();
      await rm(kubeconfig, { force: true });
    },
  };
}
