/**
 * What kwok is told: how nodes and pods that run nowhere come to look as if they ran, and that what is forwarded to
 * port 3000 of a pod arrives at `forwardTo` on this machine.
 * @param {{ forwardTo: number }} options
 * @returns {string} YAML documents
 */
export function kwokConfiguration({ forwardTo }) {
  const documents = [
    {
      apiVersion: "config.kwok.x-k8s.io/v1alpha1",
      kind: "KwokConfiguration",
      options: {
        enableDebuggingHandlers: true,
        nodePlayStageParallelism: 4,
        podPlayStageParallelism: 4,
        nodeLeaseParallelism: 4,
        nodeLeaseDurationSeconds: 40,
      },
    },
    stage("node-ready", "Node", notReady, nodeStatus),
    stage("pod-running", "Pod", [absent(".metadata.deletionTimestamp"), isIn(".status.phase", ["Pending"])], podStatus),
    {
      ...document("Stage", "pod-gone"),
      spec: {
        resourceRef: { apiGroup: "v1", kind: "Pod" },
        selector: { matchExpressions: [{ key: ".metadata.deletionTimestamp", operator: "Exists" }] },
        next: { delete: true },
      },
    },
    {
      ...document("ClusterPortForward", "to-this-machine"),
      spec: { forwards: [{ ports: [3000], target: { port: forwardTo, address: "127.0.0.1" } }] },
    },
  ];
  // JSON is YAML, and needs no library.
  return documents.map((each) => JSON.stringify(each)).join("\n---\n");
}

const nodeStatus = `conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ Now | Quote }}
  lastTransitionTime: {{ Now | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
addresses:
- address: {{ NodeIP | Quote }}
  type: InternalIP
daemonEndpoints:
  kubeletEndpoint:
    Port: {{ NodePort }}
allocatable:
  cpu: "100"
  memory: 100Gi
  pods: "1000"
capacity:
  cpu: "100"
  memory: 100Gi
  pods: "1000"
`;

// A pod on a node that kwok does not know yet gets the address of kwok itself, which no EndpointSlice takes.
const podStatus = `conditions:
- lastTransitionTime: {{ Now | Quote }}
  status: "True"
  type: Initialized
- lastTransitionTime: {{ Now | Quote }}
  status: "True"
  type: Ready
- lastTransitionTime: {{ Now | Quote }}
  status: "True"
  type: ContainersReady
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  state:
    running:
      startedAt: {{ Now | Quote }}
{{ end }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
{{ $podIP := PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ if eq $podIP "127.0.0.1" }}"10.0.1.1"{{ else }}{{ $podIP | Quote }}{{ end }}
phase: Running
startTime: {{ Now | Quote }}
`;

const notReady = [
  {
    key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
    operator: "NotIn",
    values: ["True"],
  },
];

/** @param {string} key */
const absent = (key) => ({ key, operator: "DoesNotExist" });

/**
 * @param {string} key
 * @param {string[]} values
 */
const isIn = (key, values) => ({ key, operator: "In", values });

/**
 * @param {string} kind
 * @param {string} name
 */
const document = (kind, name) => ({ apiVersion: "kwok.x-k8s.io/v1alpha1", kind, metadata: { name } });

/**
 * @param {string} name
 * @param {string} kind
 * @param {object[]} matchExpressions
 * @param {string} statusTemplate
 */
const stage = (name, kind, matchExpressions, statusTemplate) => ({
  ...document("Stage", name),
  spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions }, next: { statusTemplate } },
});
