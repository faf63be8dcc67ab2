const MOUNTS: readonly (readonly [scheme: string, mount: string])[] = [
  ["gs://", "/gcs/"],
  ["s3://", "/s3/"],
  ["minio://", "/minio/"],
];

/**
 * Where a component sees an artifact: below a folder for each kind of storage, and where it is, if it is a file here.
 * The rule is that of Kubeflow's launcher and of Python's `Artifact.path`.
 */
export function localPath(uri: string): string {
  const mount = MOUNTS.find(([scheme]) => uri.startsWith(scheme));
  if (mount !== undefined) return mount[1] + uri.slice(mount[0].length);
  if (uri.startsWith("oci://")) return `/oci/${uri.slice("oci://".length).replaceAll("/", "_")}/models`;
  return uri.startsWith("file://") ? decodeURIComponent(new URL(uri).pathname) : uri;
}
