import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@kfp-ts/server/ports";
import type { Profile } from "../objects/kubeflow-object.ts";
import { ProfileFolder } from "../profiles/profile-folder.ts";
import { serviceAccountsOf } from "../profiles/profile-objects.ts";
import { KeyFolder } from "../tokens/key-folder.ts";
import type { ServiceAccount, ServiceAccounts } from "../tokens/service-accounts.ts";
import { TokenIssuer } from "../tokens/token-issuer.ts";
import { KubeflowError } from "./kubeflow-error.ts";
import { keyOf, NamedAccounts } from "./named-accounts.ts";
import { checkPrivate, makePrivateFolder, unlessMissing } from "./private-files.ts";

/** The issuer of the tokens of a box: that of a cluster, so that what reads tokens finds what it finds there. */
export const ISSUER = "https://kubernetes.default.svc";

/** What the data of a box is opened with. */
export interface KubeflowDataOptions {
  /** The data directory of the server; what is Kubeflow's lies in `kubeflow/` in it. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  /** Whether data is made where there is none; else that is an error. @default true */
  readonly make?: boolean | undefined;
  /** Told of a profile or a key whose file cannot be read; what it held before stays. */
  readonly onUnreadable: (error: Error) => void;
}

/**
 * What Kubeflow in a box keeps on disk: keys, profiles, service accounts. Any number of processes may have it open; each
 * sees at its next look what another one has changed.
 */
export class KubeflowData implements ServiceAccounts {
  readonly issuer: TokenIssuer;
  readonly keys: KeyFolder;
  readonly named: NamedAccounts;
  readonly #folder: string;
  readonly #profiles: ProfileFolder;
  #accounts: ReadonlyMap<string, ServiceAccount> = new Map();
  #namespaces: ReadonlySet<string> = new Set();

  private constructor(folder: string, keys: KeyFolder, profiles: ProfileFolder, named: NamedAccounts, clock: Clock) {
    this.#folder = folder;
    this.keys = keys;
    this.named = named;
    this.#profiles = profiles;
    this.issuer = new TokenIssuer({ issuer: ISSUER, keys: keys.keys, serviceAccounts: this, clock });
    this.index();
  }

  /**
   * Opens the data; what is missing is made, with the first key and the first profile.
   *
   * @throws KubeflowError where others can read it, or it is damaged, or the directory cannot be written
   */
  static async open({ dataDirectory, clock, make = true, onUnreadable }: KubeflowDataOptions): Promise<KubeflowData> {
    const folder = folderOf(dataDirectory);
    try {
      if (!make && (await unlessMissing(stat(folder))) === undefined) {
        throw new KubeflowError("ERR_DATA", `There is no Kubeflow in ${dataDirectory}.`, {
          fix: "Give --data the directory of kfp-ts serve --kubeflow, or start that first.",
        });
      }
      await makePrivateFolder(folder);
      await checkPrivate(folder);
      const keys = await KeyFolder.open(join(folder, "keys"), clock, onUnreadable);
      const profiles = await ProfileFolder.open(join(folder, "profiles"), { clock, onUnreadable });
      const named = await NamedAccounts.open(join(folder, "service-accounts.json"));
      return new KubeflowData(folder, keys, profiles, named, clock);
    } catch (error) {
      throw unusable(folder, error);
    }
  }

  /** By name. */
  profiles(): readonly Profile[] {
    return this.#profiles.profiles();
  }

  /** @throws KubeflowError for a name that a namespace cannot have, where there is such a profile, and for a full disk */
  async createProfile(name: string, owner: string): Promise<Profile> {
    const made = await this.#profiles.create(name, owner).catch((error: unknown) => {
      throw unusable(this.#folder, error);
    });
    this.index();
    return made;
  }

  /** A profile by its name. @throws KubeflowError where there is none */
  profile(name: string): Profile {
    return this.#profiles.find(name);
  }

  /** Deletes a profile with its service accounts, whose tokens end with them. @throws KubeflowError where there is none */
  async deleteProfile(name: string): Promise<Profile> {
    const deleted = await this.#profiles.delete(name).catch((error: unknown) => {
      throw unusable(this.#folder, error);
    });
    this.index();
    return deleted;
  }

  find(namespace: string, name: string): ServiceAccount | undefined {
    return this.#accounts.get(keyOf({ namespace, name }));
  }

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  /** All namespaces, sorted. */
  namespaces(): readonly string[] {
    return [...this.#namespaces].sort();
  }

  /** The service accounts of a namespace, sorted by name. */
  accountsOf(namespace: string): readonly ServiceAccount[] {
    return [...this.#accounts.values()]
      .filter((account) => account.namespace === namespace)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Looks what other processes have changed. @returns whether profiles have changed */
  async refresh(): Promise<boolean> {
    await this.keys.refresh();
    const changed = await this.#profiles.refresh();
    if (changed) this.index();
    return changed;
  }

  /** Takes up what there is now. A profile's own service accounts stand before those that are only named. */
  index(): void {
    const { namespaces, serviceAccounts } = this.named.named;
    const profiles = this.profiles();
    const ofProfiles = profiles.flatMap(serviceAccountsOf).map(({ metadata: { namespace, name, uid = "" } }) => ({
      namespace,
      name,
      uid: String(uid),
    }));
    this.#accounts = new Map([...serviceAccounts, ...ofProfiles].map((account) => [keyOf(account), account]));
    this.#namespaces = new Set([...namespaces, ...profiles.map(({ metadata }) => metadata.name)]);
  }
}

/** What the system says of a folder names neither the folder nor what to do. */
function unusable(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof KubeflowError || !("code" in error)) return error;
  return new KubeflowError("ERR_DATA", `${folder} cannot be used: ${error.code}.`, {
    fix: "Give --data a directory of your own on a disk with room.",
    cause: error,
  });
}

/** Where in a data directory everything of Kubeflow's lies. */
export function folderOf(dataDirectory: string): string {
  return join(dataDirectory, "kubeflow");
}
