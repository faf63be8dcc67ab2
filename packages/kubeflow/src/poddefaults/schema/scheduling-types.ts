import type { TypeTable } from "./type-table.ts";

/** What says where a pod may run. */
export const schedulingTypes = {
  Toleration: { effect: "string", key: "string", operator: "string", tolerationSeconds: "int64?", value: "string" },
  Affinity: { nodeAffinity: "NodeAffinity", podAffinity: "PodAffinity", podAntiAffinity: "PodAffinity" },
  NodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: "PreferredSchedulingTerm[]",
    requiredDuringSchedulingIgnoredDuringExecution: "NodeSelector",
  },
  PreferredSchedulingTerm: { preference: "NodeSelectorTerm!", weight: "int32!" },
  NodeSelector: { nodeSelectorTerms: "NodeSelectorTerm[]!" },
  NodeSelectorTerm: { matchExpressions: "NodeSelectorRequirement[]", matchFields: "NodeSelectorRequirement[]" },
  NodeSelectorRequirement: { key: "string!", operator: "string!", values: "string[]" },
  PodAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: "WeightedPodAffinityTerm[]",
    requiredDuringSchedulingIgnoredDuringExecution: "PodAffinityTerm[]",
  },
  WeightedPodAffinityTerm: { podAffinityTerm: "PodAffinityTerm!", weight: "int32!" },
  PodAffinityTerm: {
    labelSelector: "LabelSelector",
    matchLabelKeys: "string[]",
    mismatchLabelKeys: "string[]",
    namespaceSelector: "LabelSelector",
    namespaces: "string[]",
    topologyKey: "string!",
  },
  TopologySpreadConstraint: {
    labelSelector: "LabelSelector",
    matchLabelKeys: "string[]",
    maxSkew: "int32!",
    minDomains: "int32?",
    nodeAffinityPolicy: "string?",
    nodeTaintsPolicy: "string?",
    topologyKey: "string!",
    whenUnsatisfiable: "string!",
  },
  PodSchedulingGate: { name: "string!" },
} as const satisfies TypeTable;
