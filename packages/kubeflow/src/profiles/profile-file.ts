import { basename } from "node:path";
import { KubeflowError } from "../box/kubeflow-error.ts";
import type { Profile } from "../objects/kubeflow-object.ts";
import { readObjects } from "../objects/read-objects.ts";

/** The text of a profile's file: YAML whose texts are quoted as JSON has it. */
export function profileText({ metadata, spec: { owner } }: Profile): string {
  const { name, uid = "", creationTimestamp = "" } = metadata;
  return `apiVersion: kubeflow.org/v1
kind: Profile
metadata:
  name: ${JSON.stringify(name)}
  uid: ${JSON.stringify(uid)}
  creationTimestamp: ${JSON.stringify(creationTimestamp)}
spec:
  owner:
    apiGroup: ${JSON.stringify(owner.apiGroup ?? "")}
    kind: ${owner.kind}
    name: ${JSON.stringify(owner.name)}
`;
}

/**
 * Reads a profile's file, as it was written here or by hand.
 *
 * @throws ObjectError, KubeflowError where it is not the profile of its name
 */
export function readProfile(text: string, file: string): Profile {
  const profile = asWritten(text) ?? onlyProfile(text, file);
  if (profile !== undefined && basename(file) === `${profile.metadata.name}.yaml`) return profile;
  throw new KubeflowError("ERR_DATA", `${file} does not hold the profile of its name, and nothing else.`, {
    fix: "Mend it, or delete it and make the profile anew.",
  });
}

function onlyProfile(text: string, file: string): Profile | undefined {
  const [object, ...more] = readObjects(text, file).objects;
  return object?.kind === "Profile" && more.length === 0 ? object : undefined;
}

/** A thousand profiles are read at a start, and a reader of all YAML takes a millisecond for each. */
function asWritten(text: string): Profile | undefined {
  const plain = [...text.matchAll(/^ +(?:name|uid|creationTimestamp|apiGroup): "([-\w.:@/+]+)"$/gm)];
  const [name = "", uid = "", creationTimestamp = "", apiGroup = "", owner = ""] = plain.map(([, value]) => value);
  const profile: Profile = {
    apiVersion: "kubeflow.org/v1",
    kind: "Profile",
    metadata: { name, uid, creationTimestamp },
    spec: { owner: { apiGroup, kind: "User", name: owner } },
  };
  return profileText(profile) === text ? profile : undefined;
}
