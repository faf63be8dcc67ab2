import type { KubernetesObject } from "@kfp-ts/kubernetes";
import { type Manifest, manifestOf } from "./manifest.ts";
import { ManifestError } from "./manifest-error.ts";
import { labelsOf, namespaceName, objectName } from "./names.ts";
import { type TokenOptions, tokenComments, tokenVolume } from "./token-volume.ts";

/** What the pod is to be like, where it is not the documentation's. */
export interface PodManifestOptions extends TokenOptions {
  /** Where it runs: a profile's namespace. Left out of the manifest where none is given. */
  readonly namespace?: string | undefined;
  /** @default "access-kfp-example" */
  readonly name?: string | undefined;
  /** What its container runs. @default "hello-world:latest" */
  readonly image?: string | undefined;
  /** Whose token it gets. The namespace's own default account where none is given. */
  readonly serviceAccount?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * A pod that can use Kubeflow Pipelines: the token of its service account is mounted where clients look for it, as the
 * documentation of Kubeflow has it.
 *
 * @throws ManifestError for values that Kubernetes would refuse.
 */
export function podManifest(options: PodManifestOptions = {}): Manifest {
  const { namespace, name = "access-kfp-example", image = "hello-world:latest", serviceAccount, labels = {} } = options;
  if (image.trim() === "") throw new ManifestError("The image is an empty text.", "Name one: python:3.12.");
  const { env, volumeMounts, volumes } = tokenVolume(options);
  const object: KubernetesObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: objectName("name of the pod", name),
      ...(namespace !== undefined && { namespace: namespaceName(namespace) }),
      ...(Object.keys(labels).length > 0 && { labels: labelsOf(labels) }),
    },
    spec: {
      ...(serviceAccount !== undefined && {
        serviceAccountName: objectName("name of the service account", serviceAccount),
      }),
      containers: [{ image, name: containerName(image), env, volumeMounts }],
      volumes,
    },
  };
  return manifestOf(object, [
    [["spec", "serviceAccountName"], "the token is of this account: what it may do, the pod may do"],
    ...tokenComments(["spec", "containers", 0], ["spec"]),
  ]);
}

/** A container is called as its image is, without registry, tag and digest. */
function containerName(image: string): string {
  const [last = ""] = (image.split("/").at(-1) ?? "").split(/[:@]/);
  const name = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "main" : name;
}
