import type { Json } from "@kfp-ts/api";
import {
  type ComponentSpec,
  memberPath,
  SpecError,
  type SpecPath,
  type TaskInputArtifact,
  type TaskInputParameter,
  type TaskSpec,
} from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import type { Expression } from "../expressions/expression.ts";
import { parseExpression } from "../expressions/parse.ts";
import { constantOf } from "./constant-of.ts";
import { loopOf } from "./loop-of.ts";
import type { ArtifactSource, Component, ParameterSource, Task } from "./plan.ts";
import { retryOf } from "./retry-of.ts";

/** What a task is surrounded by. */
export interface TaskSurroundings {
  readonly component: Component;
  /** The component whose graph it is in. */
  readonly around: ComponentSpec;
}

/** Reads a task. */
export function taskOf(name: string, spec: TaskSpec, path: SpecPath, { component, around }: TaskSurroundings): Task {
  const inputsPath = memberPath(path, "inputs");
  const parameters = Object.entries(spec.inputs?.parameters ?? {}).map(([input, source]): [string, ParameterSource] => [
    input,
    parameterSource(source, around, memberPath(inputsPath, "parameters", input)),
  ]);
  const artifacts = Object.entries(spec.inputs?.artifacts ?? {}).map(([input, source]): [string, ArtifactSource] => [
    input,
    artifactSource(source, around, memberPath(inputsPath, "artifacts", input)),
  ]);
  const upstream = new Set(spec.dependentTasks);
  for (const [, source] of [...parameters, ...artifacts]) {
    if (source.from === "task" || source.from === "final status") upstream.add(source.task);
  }
  const { condition, strategy } = spec.triggerPolicy ?? {};
  const { enableCache = false, cacheKey } = spec.cachingOptions ?? {};
  return {
    name,
    displayName: spec.taskInfo?.name || name,
    component,
    upstream: [...upstream],
    startsWhen: strategy === "ALL_UPSTREAM_TASKS_COMPLETED" ? "upstream ended" : "upstream succeeded",
    condition: condition ? expressionAt(condition, memberPath(path, "triggerPolicy", "condition")) : undefined,
    loop: loopOf(spec, path),
    retry: retryOf(spec, path),
    cache: { enabled: enableCache, key: cacheKey || undefined },
    parameters: Object.fromEntries(parameters),
    artifacts: Object.fromEntries(artifacts),
  };
}

function parameterSource(spec: TaskInputParameter, around: ComponentSpec, path: SpecPath): ParameterSource {
  const { taskOutputParameter, runtimeValue, componentInputParameter, taskFinalStatus } = spec;
  const select = spec.parameterExpressionSelector
    ? expressionAt(spec.parameterExpressionSelector, memberPath(path, "parameterExpressionSelector"))
    : undefined;
  if (runtimeValue !== undefined) {
    const value: Json = constantOf(runtimeValue, memberPath(path, "runtimeValue"));
    return { from: "constant", value, select };
  }
  if (componentInputParameter) {
    const known = around.inputDefinitions?.parameters ?? {};
    if (!Object.hasOwn(known, componentInputParameter)) {
      throw new SpecError(
        path,
        `the graph around it has no input parameter ${JSON.stringify(componentInputParameter)}`,
      );
    }
    return { from: "input", input: componentInputParameter, select };
  }
  if (taskOutputParameter !== undefined) {
    const { producerTask = "", outputParameterKey = "" } = taskOutputParameter;
    return { from: "task", task: producerTask, output: outputParameterKey, select };
  }
  if (taskFinalStatus !== undefined) return { from: "final status", task: taskFinalStatus.producerTask ?? "", select };
  throw new SpecError(path, "the parameter comes from nowhere");
}

function artifactSource(spec: TaskInputArtifact, around: ComponentSpec, path: SpecPath): ArtifactSource {
  const { taskOutputArtifact, componentInputArtifact } = spec;
  if (componentInputArtifact) {
    const known = around.inputDefinitions?.artifacts ?? {};
    if (!Object.hasOwn(known, componentInputArtifact)) {
      throw new SpecError(path, `the graph around it has no input artifact ${JSON.stringify(componentInputArtifact)}`);
    }
    return { from: "input", input: componentInputArtifact };
  }
  if (taskOutputArtifact === undefined) throw new SpecError(path, "the artifact comes from nowhere");
  const { producerTask = "", outputArtifactKey = "" } = taskOutputArtifact;
  return { from: "task", task: producerTask, output: outputArtifactKey };
}

function expressionAt(text: string, path: SpecPath): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof RunnerError) throw new SpecError(path, error.message);
    throw error;
  }
}
