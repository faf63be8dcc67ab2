import type { SpecPath } from "@kfp-ts/api/pipeline-spec";
import { executorsOf } from "./containers.ts";
import type { Finding } from "./finding.ts";
import { executorPath, type Rule, type Subject } from "./subject.ts";

/** How long Linux lets one argument of a program be, with the zero at its end. */
const LONGEST_ARGUMENT = 128 * 1024;

/** How large etcd lets an object be. */
const LARGEST_OBJECT = 1.5 * 1024 * 1024;

/** What is too long for the way in which a cluster starts tasks: its driver is given all of a task as arguments. */
export const sizes: Rule = function* (subject) {
  for (const { path, what, value } of argumentsOf(subject)) {
    const bytes = bytesOf(value);
    if (bytes < LONGEST_ARGUMENT) continue;
    yield {
      kind: "refused by Kubeflow",
      rule: "argument-too-long",
      path,
      message: `${what} takes ${bytes} bytes, and Kubeflow Pipelines gives it to its driver as one argument, of which Linux allows ${LONGEST_ARGUMENT - 1}; put code into images, lists into artifacts, and tasks into several graphs`,
    } satisfies Finding;
  }
  const { pipelineSpec, platformSpec } = subject.pipeline;
  const bytes = bytesOf([pipelineSpec, platformSpec ?? null]);
  if (bytes < LARGEST_OBJECT) return;
  yield {
    kind: "refused by Kubeflow",
    rule: "pipeline-too-large",
    path: "",
    message: `the pipeline takes ${bytes} bytes, and its workflow has to fit into one object of Kubernetes, of ${LARGEST_OBJECT} at most; put code into images, and large lists into artifacts`,
  };
};

interface Argument {
  readonly path: SpecPath;
  readonly what: string;
  readonly value: unknown;
}

function* argumentsOf(subject: Subject): Iterable<Argument> {
  for (const component of executorsOf(subject)) {
    const { executorLabel, container } = component;
    yield { path: executorPath(component, "container"), what: `the container of ${executorLabel}`, value: container };
  }
  for (const { component, path, spec } of subject.components) {
    yield { path, what: component.name === "" ? "the root" : `the component ${component.name}`, value: spec };
  }
  for (const { task, path, spec } of subject.tasks) yield { path, what: `the task ${task.name}`, value: spec };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
