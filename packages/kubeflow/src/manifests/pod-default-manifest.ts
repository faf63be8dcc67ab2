import type { KubernetesObject } from "@kfp-ts/kubernetes";
import { type Manifest, manifestOf } from "./manifest.ts";
import { ManifestError } from "./manifest-error.ts";
import { labelsOf, namespaceName, objectName } from "./names.ts";
import { type TokenOptions, tokenComments, tokenVolume } from "./token-volume.ts";

/** What stands for the namespace where nobody has said which. No API server takes it for one. */
export const NAMESPACE_PLACEHOLDER = "<YOUR_USER_PROFILE_NAMESPACE>";

/** The annotation key that the webhook makes of a name has room for this many characters. */
const LONGEST_NAME = 52;

/** What the PodDefault is to be like, where it is not the documentation's. */
export interface PodDefaultManifestOptions extends TokenOptions {
  /** The profile's namespace. A placeholder stands there where none is given. */
  readonly namespace?: string | undefined;
  /** @default "access-ml-pipeline" */
  readonly name?: string | undefined;
  /** The labels of the pods that get it. @default { "access-ml-pipeline": "true" } */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * A PodDefault that gives pods with a label access to Kubeflow Pipelines, as the documentation of Kubeflow has it.
 *
 * @throws ManifestError for values that Kubernetes would refuse.
 */
export function podDefaultManifest(options: PodDefaultManifestOptions = {}): Manifest {
  const { namespace, name = "access-ml-pipeline", labels = {} } = options;
  if (name.length > LONGEST_NAME) {
    throw new ManifestError(
      `The name of the PodDefault has ${name.length} characters. Kubeflow's webhook marks pods with an annotation that ` +
        `has it in the key, and with more than ${LONGEST_NAME} the key is refused: none of its pods could be created.`,
      `Take a name of at most ${LONGEST_NAME} characters.`,
    );
  }
  const { env, volumes, volumeMounts } = tokenVolume(options);
  const object: KubernetesObject = {
    apiVersion: "kubeflow.org/v1alpha1",
    kind: "PodDefault",
    metadata: {
      name: objectName("name of the PodDefault", name),
      namespace: namespace === undefined ? NAMESPACE_PLACEHOLDER : namespaceName(namespace),
    },
    spec: {
      desc: "Allow access to Kubeflow Pipelines",
      selector: {
        matchLabels: Object.keys(labels).length > 0 ? labelsOf(labels) : { "access-ml-pipeline": "true" },
      },
      env,
      volumes,
      volumeMounts,
    },
  };
  return manifestOf(object, [
    [["metadata", "namespace"], "it holds in this namespace alone: every profile needs its own"],
    [["spec", "desc"], "what Kubeflow's notebook form calls it, under configurations"],
    [["spec", "selector", "matchLabels"], "pods that are created with these labels get everything below"],
    ...tokenComments(["spec"], ["spec"]),
  ]);
}
