import type { Json } from "@kfp-ts/api";
import type { ParameterSpec } from "@kfp-ts/api/pipeline-spec";
import type { TaskPath } from "../engine/engine.ts";
import type { TaskEnd } from "../engine/task-end.ts";
import { RunnerError } from "../errors/runner-error.ts";
import type { ArtifactSource, ParameterSource, Task } from "../plan/plan.ts";
import { namesInputs, withInputs } from "./constant.ts";
import { finalStatus } from "./final-status.ts";
import { own } from "./own.ts";
import { type RunMetadata, withRunMetadata } from "./run-metadata.ts";
import { isTooLarge, MAX_CHARACTERS } from "./size.ts";
import { taskConfig } from "./task-config.ts";
import { shown } from "./text.ts";
import { isAllowed, typedParameter } from "./typed-parameter.ts";
import type { Artifact, Values } from "./values.ts";

/** Where the inputs of a task come from. */
export interface InputSources {
  /** Those of the graph that the task is in. */
  readonly inputs: Values;
  /** How the tasks of that graph ended that the task waits for. */
  readonly ends: ReadonlyMap<string, TaskEnd>;
  readonly run: RunMetadata;
}

/**
 * What goes into a task, before a loop takes its items apart.
 *
 * A value that is not there, or null, is the default of an optional input. Without a default a graph gets null, as the
 * inputs of a run are; a program does not get it at all.
 *
 * @throws RunnerError INPUT_INVALID or EXPRESSION_INVALID, which names the task and the input.
 */
export function resolveInputs(task: Task, path: TaskPath, sources: InputSources): Values {
  const values = {
    parameters: checkedParameters(task, path, givenParameters(task, path, sources)),
    artifacts: resolvedArtifacts(task, path, sources),
  };
  if (!isTooLarge(values)) return values;
  throw new RunnerError(
    "INPUT_INVALID",
    `task ${path}: its inputs have more characters than can be written down (${MAX_CHARACTERS}): use artifacts`,
  );
}

type Given = Map<string, Json>;

/** What the sources say; nothing where they have no value. */
function givenParameters(task: Task, path: TaskPath, sources: InputSources): Given {
  const given: Given = new Map();
  const templates: string[] = [];
  for (const [name, source] of Object.entries(task.parameters)) {
    const value = parameterOf(source, task, path, sources);
    if (value === undefined || value === null) continue;
    given.set(name, value);
    if (source.from === "constant" && namesInputs(value)) templates.push(name);
  }
  if (templates.length > 0) {
    const values = { ...defaultsOf(task), ...Object.fromEntries(given) };
    for (const name of templates) given.set(name, withInputs(values[name] ?? null, values));
  }
  for (const [name, { select }] of Object.entries(task.parameters)) {
    const value = given.get(name);
    if (select !== undefined && value !== undefined) {
      given.set(
        name,
        inputValue(path, name, () => select.evaluate({ value })),
      );
    }
  }
  return given;
}

function defaultsOf({ component }: Task): Readonly<Record<string, Json>> {
  const specs = Object.entries(component.inputs.parameters);
  return Object.fromEntries(
    specs.flatMap(([name, { defaultValue }]) => (defaultValue === undefined ? [] : [[name, defaultValue]])),
  );
}

function parameterOf(
  source: ParameterSource,
  task: Task,
  path: TaskPath,
  { inputs, ends, run }: InputSources,
): Json | undefined {
  switch (source.from) {
    case "constant":
      return typeof source.value === "string"
        ? withRunMetadata(source.value, run, { name: task.name, path })
        : source.value;
    case "input":
      return own(inputs.parameters, source.input);
    case "task":
      return own(ends.get(source.task)?.outputs.parameters, source.output);
    case "final status":
      return finalStatus(source.task, ends.get(source.task)?.state ?? "OMITTED", run.resourceName);
  }
}

function checkedParameters(task: Task, path: TaskPath, given: Given): Readonly<Record<string, Json>> {
  const { component, loop } = task;
  const values = new Map(given);
  for (const [name, spec] of Object.entries(component.inputs.parameters)) {
    if (spec.parameterType === "TASK_CONFIG" && component.kind === "container") {
      values.set(name, taskConfig(component, Object.fromEntries(given)));
      continue;
    }
    if (loop?.over === "values" && loop.itemInput === name) continue;
    const value = given.get(name) ?? spec.defaultValue;
    if (value !== undefined && value !== null) values.set(name, checkedParameter(path, name, spec, value));
    else if (spec.isOptional !== true) throw absent(path, name, task.parameters[name]);
    else if (component.kind === "graph") values.set(name, null);
  }
  return Object.fromEntries(values);
}

/**
 * A value as an input takes it.
 *
 * @throws RunnerError INPUT_INVALID
 */
export function checkedParameter(path: TaskPath, name: string, spec: ParameterSpec, value: Json): Json {
  const typed = typedParameter(spec, value);
  if ("mistake" in typed) throw invalid(path, name, typed.mistake);
  if (!isAllowed(spec, value)) {
    const literals = (spec.literals ?? []).map(shown).join(", ");
    throw invalid(path, name, `takes only ${literals}, and the value is ${shown(value)}`);
  }
  return typed.value;
}

function resolvedArtifacts(task: Task, path: TaskPath, sources: InputSources): Values["artifacts"] {
  const artifacts = new Map<string, readonly Artifact[]>();
  for (const [name, source] of Object.entries(task.artifacts)) {
    const found = artifactsOf(source, sources);
    if (found !== undefined) artifacts.set(name, found);
  }
  for (const [name, definition] of Object.entries(task.component.inputs.artifacts)) {
    if (artifacts.has(name) || definition.isOptional === true) continue;
    if (task.loop?.over === "artifacts" && task.loop.itemInput === name) continue;
    throw absent(path, name, task.artifacts[name]);
  }
  return Object.fromEntries(artifacts);
}

function artifactsOf(source: ArtifactSource, { inputs, ends }: InputSources): readonly Artifact[] | undefined {
  return source.from === "input"
    ? own(inputs.artifacts, source.input)
    : own(ends.get(source.task)?.outputs.artifacts, source.output);
}

function absent(path: TaskPath, name: string, source: ParameterSource | ArtifactSource | undefined): RunnerError {
  switch (source?.from) {
    case "task":
      return invalid(path, name, `has no value: task ${source.task} gave no output ${source.output}`);
    case "input":
      return invalid(path, name, `has no value: input ${source.input} of the graph around it has none`);
    default:
      return invalid(path, name, "has neither a value nor a default");
  }
}

function invalid(path: TaskPath, name: string, fact: string): RunnerError {
  return new RunnerError("INPUT_INVALID", `task ${path}: input ${name} ${fact}`);
}

function inputValue<T>(path: TaskPath, name: string, value: () => T): T {
  try {
    return value();
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    throw new RunnerError(error.code, `task ${path}: input ${name}: ${error.message}`, { cause: error });
  }
}
