import type { Json } from "@kfp-ts/api";
import type { Values } from "../values/values.ts";
import { constantOf } from "./constant-of.ts";
import type { ArtifactSource, GraphComponent, ImporterComponent, ParameterSource, Plan, Task } from "./plan.ts";

/** An artifact that a task will certainly want to read, and that cannot be read here. */
export interface OutOfReach {
  readonly uri: string;
  /** The path of the task, without the numbers of iterations. */
  readonly reader: string;
}

/** What is known of values before anything runs. */
interface Known {
  readonly parameters: ReadonlyMap<string, Json>;
  /** The URIs out of reach that an artifact may have. */
  readonly artifacts: ReadonlyMap<string, readonly string[]>;
}

/**
 * The artifacts out of reach that tasks read: given to the run, or imported by a URI that is known before it starts. What
 * a condition or a list without items may leave out is not looked at; there the task fails that reads it.
 *
 * @param reaches - Whether what stands at a URI can be read.
 */
export function outOfReach(plan: Plan, inputs: Values, reaches: (uri: string) => boolean): readonly OutOfReach[] {
  const found: OutOfReach[] = [];
  const given = Object.entries(inputs.artifacts).map(
    ([name, list]) => [name, list.map(({ uri }) => uri).filter((uri) => !reaches(uri))] as const,
  );
  const known = { parameters: new Map(Object.entries(inputs.parameters)), artifacts: new Map(given) };
  inGraph(plan.root, "", known, { reaches, found });
  return found;
}

interface Search {
  readonly reaches: (uri: string) => boolean;
  readonly found: OutOfReach[];
}

/** Looks through a graph; gives the URIs out of reach that its outputs may have. */
function inGraph(graph: GraphComponent, path: string, known: Known, search: Search): Known["artifacts"] {
  const outputs = new Map<string, Known["artifacts"]>();
  for (const task of graph.tasks.values()) {
    if (!isCertain(task)) continue;
    const taskPath = path === "" ? task.name : `${path}/${task.name}`;
    outputs.set(task.name, inTask(task, taskPath, knownOf(task, known, outputs), search));
  }
  const gives = Object.entries(graph.gives.artifacts).map(([name, sources]) => {
    const uris = sources.flatMap(({ task, output }) => outputs.get(task)?.get(output) ?? []);
    return [name, uris] as const;
  });
  return new Map(gives);
}

/** Whether a task is executed whatever comes, unless another one fails. */
function isCertain({ condition, loop }: Task): boolean {
  const hasItems =
    loop === undefined || (loop.over === "values" && "constant" in loop.items && loop.items.constant.length > 0);
  return condition === undefined && hasItems;
}

function inTask({ component }: Task, path: string, known: Known, search: Search): Known["artifacts"] {
  if (component.kind === "graph") return inGraph(component, path, known, search);
  if (component.kind === "container") {
    for (const uri of new Set([...known.artifacts.values()].flat())) search.found.push({ uri, reader: path });
    return new Map();
  }
  const uri = uriOf(component, known);
  if (uri === undefined || search.reaches(uri)) return new Map();
  if (component.importer.downloadToWorkspace) search.found.push({ uri, reader: path });
  return new Map(Object.keys(component.outputs.artifacts).map((name) => [name, [uri]]));
}

function knownOf(task: Task, around: Known, outputs: ReadonlyMap<string, Known["artifacts"]>): Known {
  const parameters = new Map<string, Json>();
  for (const [name, source] of Object.entries(task.parameters)) {
    const value = name === task.loop?.itemInput ? undefined : knownValue(source, around);
    if (value !== undefined) parameters.set(name, value);
  }
  const artifacts = new Map<string, readonly string[]>();
  for (const [name, source] of Object.entries(task.artifacts)) artifacts.set(name, urisOf(source, around, outputs));
  return { parameters, artifacts };
}

function knownValue(source: ParameterSource, { parameters }: Known): Json | undefined {
  if (source.select !== undefined) return undefined;
  if (source.from === "constant") return isFilledIn(source.value) ? undefined : source.value;
  return source.from === "input" ? parameters.get(source.input) : undefined;
}

function urisOf(
  source: ArtifactSource,
  { artifacts }: Known,
  outputs: ReadonlyMap<string, Known["artifacts"]>,
): readonly string[] {
  const uris = source.from === "input" ? artifacts.get(source.input) : outputs.get(source.task)?.get(source.output);
  return uris ?? [];
}

/** The URI of an importer; undefined where it is known only once something has run. */
function uriOf({ importer }: ImporterComponent, { parameters }: Known): string | undefined {
  const { artifactUri = {} } = importer;
  const value = artifactUri.runtimeParameter
    ? parameters.get(artifactUri.runtimeParameter)
    : constantOf(artifactUri, "importer.artifactUri");
  return typeof value === "string" && !isFilledIn(value) ? value : undefined;
}

/** Whether a value has a placeholder, whose value is known later. */
function isFilledIn(value: Json): boolean {
  return JSON.stringify(value).includes("{{$");
}
