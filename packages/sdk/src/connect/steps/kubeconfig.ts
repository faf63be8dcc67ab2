import type { Step } from "../target.ts";
import { throughCluster } from "../through-cluster.ts";

/** The Kubeflow Pipelines in the cluster of the kubeconfig. */
export const kubeconfig: Step = {
  source: "kubeconfig",
  look: (search) => throughCluster(search, false),
};
