import { randomUUID } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@kfp-ts/server/ports";
import { FolderContents } from "../box/folder-contents.ts";
import { KubeflowError } from "../box/kubeflow-error.ts";
import { makePrivateFolder, unlessMissing } from "../box/private-files.ts";
import type { Profile } from "../objects/kubeflow-object.ts";
import { createFile } from "../whole-file.ts";
import { profileText, readProfile } from "./profile-file.ts";
import { checkOwner, checkProfileName } from "./profile-rules.ts";

/** The profile that is there from the beginning, and whose it is: Kubeflow's own default. */
const FIRST = { name: "kubeflow-user-example-com", owner: "user@example.com" } as const;

/** What a folder of profiles is opened with. */
export interface ProfileFolderOptions {
  readonly clock: Clock;
  /** Told of a file that cannot be read; what it held before stays. */
  readonly onUnreadable: (error: Error) => void;
}

/** Profiles in a folder: a YAML file each, as `kubectl apply` would take it on a cluster that has Kubeflow. */
export class ProfileFolder {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #contents: FolderContents<Profile>;

  private constructor(folder: string, { clock, onUnreadable }: ProfileFolderOptions) {
    this.#folder = folder;
    this.#clock = clock;
    this.#contents = new FolderContents(folder, (file, text) => {
      if (!file.endsWith(".yaml")) return undefined;
      try {
        return readProfile(text, join(folder, file));
      } catch (error) {
        onUnreadable(error as Error);
        return undefined;
      }
    });
  }

  /** Opens a folder of profiles. Where there is none, it is made with the first profile in it. */
  static async open(folder: string, options: ProfileFolderOptions): Promise<ProfileFolder> {
    if ((await unlessMissing(readdir(folder))) === undefined) await makeWithFirstProfile(folder, options.clock);
    const opened = new ProfileFolder(folder, options);
    await opened.refresh();
    return opened;
  }

  /** By name. */
  profiles(): readonly Profile[] {
    return this.#contents.values();
  }

  /** Looks for profiles that another process has made or deleted. @returns whether anything has changed */
  refresh(): Promise<boolean> {
    return this.#contents.refresh();
  }

  /** @throws KubeflowError for a name that a namespace cannot have, and where there is such a profile */
  async create(name: string, owner: string): Promise<Profile> {
    checkProfileName(name);
    checkOwner(owner);
    const profile = newProfile(name, owner, this.#clock);
    const made = await createFile(this.#pathOf(name), profileText(profile));
    await this.#contents.refreshFile(`${name}.yaml`);
    if (made) return profile;
    const there = this.profiles().find(({ metadata }) => metadata.name === name);
    throw new KubeflowError(
      "ERR_EXISTS",
      `There is a profile ${name} already${there === undefined ? "" : `, owned by ${there.spec.owner.name}`}.`,
      { fix: "Take another name, or delete that one first." },
    );
  }

  /** @throws KubeflowError where there is none of that name */
  async delete(name: string): Promise<Profile> {
    const found = this.find(name);
    // Only one of two who delete it at the same time succeeds.
    const gone = join(this.#folder, `.${name}.${randomUUID()}`);
    if ((await unlessMissing(rename(this.#pathOf(name), gone).then(() => true))) === undefined) {
      await this.refresh();
      throw unknownProfile(name, this.profiles());
    }
    await rm(gone, { force: true });
    await this.#contents.refreshFile(`${name}.yaml`);
    return found;
  }

  /** @throws KubeflowError where there is none of that name */
  find(name: string): Profile {
    const found = this.profiles().find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw unknownProfile(name, this.profiles());
    return found;
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }
}

function unknownProfile(name: string, profiles: readonly Profile[]): KubeflowError {
  const names = profiles.map(({ metadata }) => metadata.name);
  return new KubeflowError("ERR_UNKNOWN", `There is no profile ${JSON.stringify(name)}.`, {
    fix: names.length === 0 ? "There are none." : `There are: ${names.slice(0, 20).join(", ")}`,
  });
}

function newProfile(name: string, owner: string, clock: Clock): Profile {
  return {
    apiVersion: "kubeflow.org/v1",
    kind: "Profile",
    metadata: {
      name,
      uid: randomUUID(),
      creationTimestamp: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    },
    spec: { owner: { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: owner } },
  };
}

/** The folder appears with the profile in it: one that was deleted later does not come back. */
async function makeWithFirstProfile(folder: string, clock: Clock): Promise<void> {
  const draft = `${folder}.${randomUUID()}`;
  await makePrivateFolder(draft);
  await createFile(join(draft, `${FIRST.name}.yaml`), profileText(newProfile(FIRST.name, FIRST.owner, clock)));
  await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}
