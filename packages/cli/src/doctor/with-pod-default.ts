import type { Diagnosis, ErrorCode } from "@kfp-ts/sdk";

/** What a token would mend, where none is mounted. */
const forWantOfToken: ReadonlySet<ErrorCode> = new Set([
  "TOKEN_FILE_MISSING",
  "NO_IDENTITY",
  "UNAUTHENTICATED",
  "MESH_DENIED",
]);

/**
 * Adds to the fix the PodDefault that gives the pods of a namespace a token, where a pod should have one and has none.
 *
 * @param namespace - Of the profile; a placeholder stands there where it is not known.
 */
export async function withPodDefault(diagnosis: Diagnosis, namespace: string | undefined): Promise<Diagnosis> {
  const { verdict, probes } = diagnosis;
  const { code, fix } = verdict;
  const isMissing = probes.some((probe) => probe.name === "files" && probe.code === "TOKEN_FILE_MISSING");
  if (code === undefined || !(isMissing || code === "TOKEN_FILE_MISSING") || !forWantOfToken.has(code)) {
    return diagnosis;
  }
  const yaml = await podDefault(namespace);
  const more =
    'Or give a token to all pods of a profile that are created with the label access-ml-pipeline: "true" ' +
    `(kubectl apply -f -), and create this pod anew:\n\n${yaml.trimEnd()}`;
  return { verdict: { ...verdict, fix: fix === undefined ? more : `${fix.trimEnd()}\n\n${more}` }, probes };
}

async function podDefault(namespace: string | undefined): Promise<string> {
  const { podDefaultManifest } = await import("@kfp-ts/kubeflow");
  // What no namespace can be called is a matter of another verdict.
  const isName = namespace !== undefined && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace);
  return podDefaultManifest({ namespace: isName ? namespace : undefined }).text;
}
