import { componentsOfKind, executorPath, type Rule } from "./subject.ts";

/** Where importers take artifacts from. */
export const importers: Rule = function* (subject) {
  for (const { component } of componentsOfKind(subject, "importer")) {
    const { artifactUri, typeSchema, downloadToWorkspace } = component.importer;
    const path = executorPath(component, "importer", "artifactUri");
    const uri = artifactUri?.constant ?? artifactUri?.constantValue?.stringValue;
    if (typeof uri !== "string") continue;
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase() ?? "";
    if (!["gs", "s3", "minio", "oci"].includes(scheme)) {
      yield {
        kind: "refused by Kubeflow",
        rule: "importer-scheme",
        path,
        message: `${uri} is imported, and Kubeflow Pipelines reads gs://, s3://, minio:// and oci:// only; put it into a bucket`,
      };
    }
    if (scheme === "gs" || scheme === "oci") {
      yield {
        kind: "otherwise here",
        rule: "importer-scheme",
        path,
        message: `${uri} is taken in by its name only: what is stored at ${scheme}:// cannot be read here; use a path or s3:// where a task reads it`,
      };
    }
    if (scheme === "oci" && (downloadToWorkspace === true || typeSchema?.schemaTitle !== "system.Model")) {
      yield {
        kind: "refused by Kubeflow",
        rule: "importer-oci",
        path,
        message: `${uri} is imported from a registry, from which Kubeflow Pipelines takes models only, and not into the workspace`,
      };
    }
  }
  for (const { task, path } of subject.tasks) {
    if (task.component.kind !== "importer") continue;
    const input = task.component.importer.artifactUri?.runtimeParameter;
    const source = input ? task.parameters[input] : undefined;
    if (source === undefined || (source.from === "input" && source.select === undefined)) continue;
    yield {
      kind: "refused by Kubeflow",
      rule: "importer-uri",
      path,
      message: `the URI of the importer ${task.name} is ${source.from === "task" ? `an output of the task ${source.task}` : "no plain input of its graph"}, and Kubeflow Pipelines takes only inputs of the graph; put the importer into a graph that gets the URI as its input`,
    };
  }
};
