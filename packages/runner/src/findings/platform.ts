import { memberPath } from "@kfp-ts/api/pipeline-spec";
import { componentsOfKind, executorPath, type Rule } from "./subject.ts";

const config = memberPath("platforms", "kubernetes", "pipelineConfig");

/** What the second document says of the whole pipeline. */
export const pipelineSettings: Rule = function* ({ pipeline, components }) {
  const platforms = pipeline.platformSpec?.platforms ?? {};
  for (const name of Object.keys(platforms)) {
    if (name === "kubernetes") continue;
    yield {
      kind: "otherwise in Kubeflow",
      rule: "other-platform",
      path: memberPath("platforms", name),
      message: `the settings for the platform ${name} are not looked at, there and here`,
    };
  }
  const { workspace, activeDeadlineSeconds, ...lifetimes } = platforms.kubernetes?.pipelineConfig ?? {};
  if (workspace !== undefined) {
    const size = workspace.size ? `of ${workspace.size}` : "without a size";
    yield {
      kind: "otherwise here",
      rule: "workspace",
      path: memberPath(config, "workspace"),
      message: `the workspace ${size} is a folder of the run: it has no limit but the disk, and what is said of its volume claim is not looked at`,
    };
    if (!workspace.size) {
      yield {
        kind: "refused by Kubeflow",
        rule: "workspace-size",
        path: memberPath(config, "workspace"),
        message: "the workspace has no size, and Kubeflow Pipelines wants one; say it where the pipeline is defined",
      };
    }
  }
  if (activeDeadlineSeconds) {
    yield {
      kind: "otherwise here",
      rule: "pipeline-deadline",
      path: memberPath(config, "activeDeadlineSeconds"),
      message: `the time limit of ${activeDeadlineSeconds} s for the whole run is not applied; give the run a time limit`,
    };
  }
  for (const [name, seconds] of Object.entries(lifetimes)) {
    if (!seconds) continue;
    yield {
      kind: "otherwise here",
      rule: "run-lifetime",
      path: memberPath(config, name),
      message: `runs are kept until they are deleted, and not for ${seconds} s`,
    };
  }
  for (const { path, spec } of components) {
    if (!spec.singlePlatformSpecs?.length) continue;
    yield {
      kind: "otherwise here",
      rule: "component-platform",
      path: memberPath(path, "singlePlatformSpecs"),
      message:
        "the settings for platforms that stand at a component are not looked at; put them into the second document",
    };
  }
};

/** Where artifacts go. */
export const pipelineRoots: Rule = function* ({ plan }) {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(plan.pipelineRoot)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === "s3" || scheme === "minio") return;
  yield {
    kind: "otherwise here",
    rule: "pipeline-root",
    path: "defaultPipelineRoot",
    message: `artifacts go into the folder of the run, as nothing can be stored at ${scheme}:// here; give another pipeline root to the run where they are to go elsewhere`,
  };
};

/** What a node of a cluster would be asked for. */
export const resources: Rule = function* (subject) {
  for (const { component } of componentsOfKind(subject, "container")) {
    const { accelerator, ...amounts } = component.container.resources ?? {};
    const named = Object.entries(amounts).filter(([, amount]) => amount !== undefined && amount !== "" && amount !== 0);
    if (named.length > 0) {
      yield {
        kind: "otherwise here",
        rule: "resources",
        path: executorPath(component, "container", "resources"),
        message: `for ${component.executorLabel}, processors and memory are neither reserved nor limited (${named.map(([name, amount]) => `${name} ${amount}`).join(", ")})`,
      };
    }
    if (accelerator !== undefined) {
      const { resourceType, resourceCount, type, count } = accelerator;
      yield {
        kind: "otherwise here",
        rule: "accelerator",
        path: executorPath(component, "container", "resources", "accelerator"),
        message: `for ${component.executorLabel}, ${resourceCount || count || "1"} × ${resourceType || type || "accelerator"} is not reserved: the program sees what this machine has`,
      };
    }
  }
};

/** Settings of a task that its component takes as a value, and that only a Pod has. */
export const taskConfigs: Rule = function* (subject) {
  for (const { component, path } of componentsOfKind(subject, "container")) {
    const fields = component.taskConfig.flatMap(({ field }) =>
      field === "KUBERNETES_VOLUMES" || field === "KUBERNETES_AFFINITY" ? [field] : [],
    );
    if (fields.length === 0) continue;
    yield {
      kind: "otherwise here",
      rule: "task-config",
      path: memberPath(path, "taskConfigPassthroughs"),
      message: `the component takes settings that only a Pod has (${fields.join(", ")}), and gets null for them`,
    };
  }
};
