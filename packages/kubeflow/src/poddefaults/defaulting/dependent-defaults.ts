import { isJsonObject, type Json, type JsonObject, objectsOf, textOf } from "../json.ts";
import { imagePullPolicyOf } from "./image-pull-policy.ts";

/** What of the pod its entries' defaults depend on. */
export interface PodTraits {
  readonly hostNetwork: boolean;
}

const DEFAULT_TOLERATIONS: ReadonlySet<Json> = new Set([
  "node.kubernetes.io/not-ready",
  "node.kubernetes.io/unreachable",
]);

type Defaulting = (value: JsonObject, pod: PodTraits) => JsonObject;

/** What the API server writes into a pod where a field is not set, by type, where that depends on other fields. */
export const dependentDefaults: Readonly<Record<string, Defaulting>> = {
  Container: (container, pod) => ({
    imagePullPolicy: imagePullPolicyOf(textOf(container, "image")),
    ...(pod.hostNetwork && container.ports !== undefined ? { ports: hostPortsOf(container) } : {}),
  }),
  ImageVolumeSource: (image) => ({ pullPolicy: imagePullPolicyOf(textOf(image, "reference")) }),
  ResourceRequirements: ({ limits, requests }) => {
    if (!isJsonObject(limits)) return {};
    return { requests: { ...limits, ...(isJsonObject(requests) ? requests : {}) } };
  },
  /** As the two that Kubernetes gives to every pod: five minutes on a node that is not ready or not reachable. */
  Toleration: ({ key, operator, effect }) =>
    operator === "Exists" && effect === "NoExecute" && DEFAULT_TOLERATIONS.has(key ?? "")
      ? { tolerationSeconds: 300 }
      : {},
  /** A volume without a source is an empty directory. */
  Volume: (volume) => (Object.keys(volume).some((field) => field !== "name") ? {} : { emptyDir: {} }),
};

/** Fields of `dependentDefaults` that replace what is there, since they complete it. */
export const completedFields: Readonly<Record<string, ReadonlySet<string>>> = {
  Container: new Set(["ports"]),
  ResourceRequirements: new Set(["requests"]),
};

/** On the host's network a port of a container is one of the host. */
function hostPortsOf(container: JsonObject): Json {
  return objectsOf(container.ports).map((port) => ({ ...port, hostPort: port.hostPort ?? port.containerPort ?? 0 }));
}
