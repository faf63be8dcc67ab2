import type { JsonObject } from "../json.ts";
import { POD_DEFAULT_CRD_NAME } from "../pod-default.ts";
import { schemaOfType } from "./open-api-schema.ts";

/**
 * The CustomResourceDefinition of PodDefault, kubeflow.org/v1alpha1, to be applied to a cluster.
 *
 * Its schema is the one of Kubeflow: of `spec` only `selector` is required, entries are those of a pod, and fields that it
 * does not have are taken away when a PodDefault is stored.
 */
export function podDefaultCrd(): JsonObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: POD_DEFAULT_CRD_NAME },
    spec: {
      group: "kubeflow.org",
      names: { kind: "PodDefault", listKind: "PodDefaultList", plural: "poddefaults", singular: "poddefault" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                apiVersion: { type: "string" },
                kind: { type: "string" },
                metadata: { type: "object" },
                spec: schemaOfType("PodDefaultSpec"),
                status: { type: "object" },
              },
            },
          },
        },
      ],
    },
  };
}
