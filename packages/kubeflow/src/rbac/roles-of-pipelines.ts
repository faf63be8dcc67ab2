import type { ClusterRole, ClusterRoleBinding } from "./rbac-objects.ts";
import { clusterRole, clusterRoleBinding, rule } from "./write-role.ts";

const pipelines = "pipelines.kubeflow.org";
const kubeflow = "kubeflow.org";
const argo = "argoproj.io";
const core = "";

/**
 * What Kubeflow Pipelines adds to kubeflow-edit and kubeflow-view. The rules stand in roles of their own, since those
 * that an aggregated role has itself are overwritten.
 */
export function pipelinesRoles(): readonly ClusterRole[] {
  return [
    clusterRole("kubeflow-pipelines-edit", {
      aggregateTo: ["kubeflow-edit"],
      aggregates: "kubeflow-pipelines-edit",
    }),
    clusterRole("kubeflow-pipelines-view", {
      aggregateTo: ["kubeflow-pipelines-edit", "kubeflow-view"],
      aggregates: "kubeflow-pipelines-view",
    }),
    clusterRole("aggregate-to-kubeflow-pipelines-edit", {
      aggregateTo: ["kubeflow-pipelines-edit"],
      rules: [
        rule(pipelines, ["pipelines", "pipelineversions"], ["create", "delete", "update"]),
        rule(pipelines, ["experiments"], ["archive", "create", "delete", "unarchive"]),
        rule(
          pipelines,
          ["runs"],
          ["archive", "create", "delete", "retry", "terminate", "unarchive", "reportMetrics", "readArtifact"],
        ),
        rule(pipelines, ["jobs"], ["create", "delete", "disable", "enable"]),
        rule(kubeflow, ["scheduledworkflows"], ["*"]),
        rule(
          argo,
          [
            "cronworkflows",
            "cronworkflows/finalizers",
            "workflows",
            "workflows/finalizers",
            "workfloweventbindings",
            "workflowtemplates",
            "workflowtaskresults",
          ],
          ["*"],
        ),
      ],
    }),
    clusterRole("aggregate-to-kubeflow-pipelines-view", {
      aggregateTo: ["kubeflow-pipelines-view"],
      rules: [
        rule(pipelines, ["pipelines", "pipelineversions", "experiments", "jobs"], ["get", "list"]),
        rule(pipelines, ["runs"], ["get", "list", "readArtifact"]),
        rule(pipelines, ["visualizations"], ["create"]),
        rule(kubeflow, ["viewers"], ["create", "get", "delete"]),
      ],
    }),
  ];
}

/** What the services of Kubeflow Pipelines may do in every namespace. */
export function pipelinesServiceRoles(): readonly ClusterRole[] {
  const write = ["create", "get", "list", "watch", "update", "patch", "delete"];
  return [
    clusterRole("ml-pipeline", {
      rules: [
        rule(core, ["pods", "pods/log"], ["get", "list", "delete"]),
        rule(argo, ["workflows"], write),
        rule(kubeflow, ["scheduledworkflows"], ["create", "get", "list", "update", "patch", "delete"]),
        rule(kubeflow, ["scheduledworkflows/finalizers"], ["update"]),
        rule(pipelines, ["pipelines"], ["get", "list", "watch"]),
        rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
        rule("authentication.k8s.io", ["tokenreviews"], ["create"]),
        { ...rule(core, ["configmaps"], ["get"]), resourceNames: ["kfp-launcher"] },
        { ...rule(core, ["secrets"], ["get"]), resourceNames: ["kfp-mlflow-credentials"] },
      ],
    }),
    clusterRole("ml-pipeline-ui", {
      rules: [
        rule(core, ["pods", "pods/log"], ["get"]),
        rule(core, ["events"], ["list"]),
        rule(kubeflow, ["viewers"], ["create", "get", "list", "watch", "delete"]),
        rule(argo, ["workflows"], ["get", "list"]),
      ],
    }),
    clusterRole("ml-pipeline-persistenceagent-role", {
      rules: [
        rule(argo, ["workflows"], ["get", "list", "watch"]),
        rule(kubeflow, ["scheduledworkflows"], ["get", "list", "watch"]),
        rule(pipelines, ["scheduledworkflows", "workflows"], ["report"]),
        rule(pipelines, ["runs"], ["reportMetrics", "readArtifact"]),
      ],
    }),
    clusterRole("ml-pipeline-scheduledworkflow-role", {
      rules: [
        rule(argo, ["workflows"], write),
        rule(pipelines, ["runs"], ["create"]),
        rule(kubeflow, ["scheduledworkflows", "scheduledworkflows/finalizers"], write),
        rule(core, ["events"], ["create", "patch"]),
      ],
    }),
  ];
}

/** The roles of the services of Kubeflow Pipelines, bound to their service accounts. */
export function pipelinesBindings(namespace: string): readonly ClusterRoleBinding[] {
  const bind = (name: string, role: string, serviceAccount: string): ClusterRoleBinding =>
    clusterRoleBinding(name, role, { serviceAccount, namespace });
  return [
    bind("ml-pipeline", "ml-pipeline", "ml-pipeline"),
    bind("ml-pipeline-ui", "ml-pipeline-ui", "ml-pipeline-ui"),
    bind("ml-pipeline-persistenceagent-binding", "ml-pipeline-persistenceagent-role", "ml-pipeline-persistenceagent"),
    bind(
      "ml-pipeline-scheduledworkflow-binding",
      "ml-pipeline-scheduledworkflow-role",
      "ml-pipeline-scheduledworkflow",
    ),
  ];
}
