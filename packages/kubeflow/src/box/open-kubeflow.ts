import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Authorizer, ReviewToken } from "@kfp-ts/server/ports";
import type { Clock } from "../clock.ts";
import { ADMINISTRATOR, administratorBinding, kubeconfigOf } from "../kubernetes-api/administrator.ts";
import { type ServedKubernetesApi, serveKubernetesApi } from "../kubernetes-api/serve-kubernetes-api.ts";
import type { KubeflowObject, Profile } from "../objects/kubeflow-object.ts";
import { namedNamespaces, namedServiceAccounts } from "../objects/named.ts";
import { watchObjects } from "../objects/watch-objects.ts";
import { objectsOf } from "../profiles/profile-objects.ts";
import { createRbac, type Rbac } from "../rbac/rbac.ts";
import type { RbacObject } from "../rbac/rbac-objects.ts";
import { kubeflowBindings, kubeflowClusterRoles } from "../rbac/roles-of-kubeflow.ts";
import { kubernetesBindings, kubernetesClusterRoles } from "../rbac/roles-of-kubernetes.ts";
import type { SigningKey } from "../tokens/signing-key.ts";
import type { TokenIssuer } from "../tokens/token-issuer.ts";
import { TokenProjection } from "../tokens/token-projection.ts";
import { folderOf, KubeflowData } from "./kubeflow-data.ts";
import { type KubeflowLog, silentKubeflowLog } from "./log.ts";
import { replaceFile } from "./private-files.ts";

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
  readonly log?: KubeflowLog | undefined;
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
  const { clock = { now: () => Date.now() }, log = silentKubeflowLog, rbacPaths = [], pollMs = 500 } = options;
  const { kubernetesPort } = options;
  const builtIn: readonly RbacObject[] = [
    ...kubernetesClusterRoles(),
    ...kubernetesBindings(),
    ...kubeflowClusterRoles(),
    ...kubeflowBindings(systemNamespace),
    ...(kubernetesPort === undefined ? [] : [administratorBinding()]),
  ];
  const given = await watchObjects(rbacPaths, {
    pollMs,
    onChange: ({ objects, warnings }) => {
      for (const warning of warnings) log.warn({}, warning);
      log.info({ objects: objects.length }, "the RBAC files have changed");
      void takeUp();
    },
    onProblem: ({ message }) => log.error({}, `the RBAC files are wrong, what they said before stays:\n${message}`),
  });
  for (const warning of given.current.warnings) log.warn({}, warning);
  const data = await KubeflowData.open({
    dataDirectory,
    clock,
    onUnreadable: ({ message }) => log.error({}, `a file cannot be read, what it said before stays:\n${message}`),
  }).catch((error: unknown) => {
    given.close();
    throw error;
  });
  const projection = new TokenProjection({
    folder: join(folderOf(dataDirectory), "tokens"),
    issuer: data.issuer,
    audience,
    clock,
    log,
  });

  let rbac = createRbac([]);
  let editors: readonly { readonly namespace: string; readonly name: string }[] = [];
  /** One after the other: of two at once the slower would bring back what the faster has replaced. */
  const takeUp = (): Promise<void> => {
    takingUp = takingUp.then(takeUpAll);
    return takingUp;
  };
  let takingUp: Promise<void> = Promise.resolve();
  /** Puts what is built in, profiles and files together, the last of the same name standing. */
  const takeUpAll = async (): Promise<void> => {
    const fromFiles = given.current.objects.flatMap(withWhatProfilesBring);
    const profiles = data.profiles();
    const objects = [...builtIn, ...profiles.flatMap(objectsOf), ...fromFiles];
    const named = [...builtIn, ...fromFiles];
    const namespaces = new Set([systemNamespace, ...namedNamespaces(named)]);
    rbac = createRbac(objects.filter(isRbac));
    const profilesOfFiles = fromFiles.filter(isProfile);
    editors = [...profiles, ...profilesOfFiles].map(({ metadata }) => ({ namespace: metadata.name, name: EDITOR }));
    data.named.keep([...namespaces].sort(), namedServiceAccounts(named));
    data.index();
    if (started) await write();
  };
  /** What cannot be written is told, and tried again: the server does not stop for it. */
  const write = async (): Promise<void> => {
    await data.named.save().catch((error: NodeJS.ErrnoException) => {
      log.error({ error: error.code ?? error.message }, "the service accounts that RBAC names cannot be written down");
    });
    const accounts = editors.flatMap(({ namespace, name }) => data.find(namespace, name) ?? []);
    const administrator =
      kubernetesPort === undefined ? undefined : data.find(ADMINISTRATOR.namespace, ADMINISTRATOR.name);
    await projection.project(
      administrator === undefined ? accounts : [...accounts, { ...administrator, audience: data.issuer.issuer }],
    );
  };
  let started = false;
  await takeUp();

  const kubeconfigPath = join(folderOf(dataDirectory), "kubeconfig");
  let served: ServedKubernetesApi | undefined;
  let closed = false;
  const refresh = async (): Promise<void> => {
    await given.refresh();
    if (await data.refresh()) await takeUp();
    else await takingUp;
  };
  const looking = repeat(pollMs, async () => {
    if (await data.refresh()) await takeUp();
  });
  const writing = repeat(WRITE_MS, async () => {
    if (started) await write();
  });

  function repeat(everyMs: number, work: () => Promise<unknown>): NodeJS.Timeout {
    let busy = false;
    const timer = setInterval(() => {
      if (busy || closed) return;
      busy = true;
      work()
        .catch((error: NodeJS.ErrnoException) => {
          log.error({ error: error.message }, "Kubeflow's data cannot be read; what was read before stays");
        })
        .finally(() => {
          busy = false;
        });
    }, everyMs);
    return timer.unref();
  }

  return {
    issuer: data.issuer,
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
    rbac: () => rbac,
    reviewToken: async (token, audiences) => {
      const { authenticated = false, user, audiences: good = [], error = "" } = data.issuer.review(token, audiences);
      return { authenticated, user: user.username ?? "", audiences: good, error };
    },
    authorizer: { review: async (user, attributes) => rbac.review({ user }, attributes) },
    tokenFile: (profile) => projection.pathOf({ namespace: profile, name: EDITOR }),
    get kubeconfig() {
      return served === undefined ? undefined : kubeconfigPath;
    },
    async start() {
      await rm(kubeconfigPath, { force: true });
      if (kubernetesPort !== undefined) {
        served = await serveKubernetesApi(
          { issuer: data.issuer, keys: data.keys.keys, rbac: () => rbac },
          { port: kubernetesPort, log },
        );
      }
      started = true;
      await write();
      if (served !== undefined) {
        await replaceFile(kubeconfigPath, kubeconfigOf(served.url, projection.pathOf(ADMINISTRATOR)));
      }
    },
    refresh,
    async close() {
      closed = true;
      clearInterval(looking);
      clearInterval(writing);
      given.close();
      if (served === undefined) return;
      await served.close();
      await rm(kubeconfigPath, { force: true });
    },
  };
}

/** A profile in a file is one on a cluster too: it brings its namespace, service accounts and bindings along. */
function withWhatProfilesBring(object: KubeflowObject): readonly KubeflowObject[] {
  return object.kind === "Profile" ? [object, ...objectsOf(object)] : [object];
}

function isProfile(object: KubeflowObject): object is Profile {
  return object.kind === "Profile";
}

function isRbac(object: KubeflowObject): object is RbacObject {
  return ["ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"].includes(object.kind);
}
