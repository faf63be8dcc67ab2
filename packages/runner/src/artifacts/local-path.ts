import { RunnerError } from "../errors/runner-error.ts";

const MOUNTS: readonly (readonly [scheme: string, mount: string])[] = [
  ["gs://", "/gcs/"],
  ["s3://", "/s3/"],
  ["minio://", "/minio/"],
];

/**
 * Where a component sees an artifact: below a folder for each kind of storage, and where it is, if it is a file here.
 * The rule is that of Kubeflow's launcher and of Python's `Artifact.path`.
 *
 * @throws RunnerError (ARTIFACT_UNAVAILABLE) where it cannot be read as the URI that it begins as.
 */
export function localPath(uri: string): string {
  const mount = MOUNTS.find(([scheme]) => uri.startsWith(scheme));
  if (mount !== undefined) return mount[1] + uri.slice(mount[0].length);
  if (uri.startsWith("oci://")) return `/oci/${uri.slice("oci://".length).replaceAll("/", "_")}/models`;
  if (!uri.startsWith("file://")) return uri;
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} is no URI of a file`);
  }
}
