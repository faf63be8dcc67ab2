import type { Json, JsonObject } from "@kfp-ts/api";
import type {
  ContainerSpec,
  ImporterSpec,
  InputArtifactDefinition,
  OutputArtifactDefinition,
  OutputParameterDefinition,
  ParameterSpec,
  TaskConfigPassthrough,
} from "@kfp-ts/api/pipeline-spec";
import type { Expression } from "../expressions/expression.ts";

/** A compiled pipeline, read and checked as far as that is possible before it runs: who waits for whom, and why. */
export interface Plan {
  readonly pipelineName: string;
  readonly root: GraphComponent;
  /** Where artifacts go when a run says nothing else; empty where the pipeline says nothing. */
  readonly pipelineRoot: string;
  /** Whether its tasks share a folder. */
  readonly workspace: boolean;
  /** Every component that the root reaches, by name; the root has none. */
  readonly components: ReadonlyMap<string, Component>;
}

/** What a task is made of. */
export type Component = GraphComponent | ContainerComponent | ImporterComponent;

interface ComponentBase {
  /** Empty for the root. */
  readonly name: string;
  readonly inputs: {
    readonly parameters: Readonly<Record<string, ParameterSpec>>;
    readonly artifacts: Readonly<Record<string, InputArtifactDefinition>>;
  };
  readonly outputs: {
    readonly parameters: Readonly<Record<string, OutputParameterDefinition>>;
    readonly artifacts: Readonly<Record<string, OutputArtifactDefinition>>;
  };
}

/** A graph of tasks. */
export interface GraphComponent extends ComponentBase {
  readonly kind: "graph";
  /** In an order in which each comes after those that it waits for. */
  readonly tasks: ReadonlyMap<string, Task>;
  readonly gives: {
    readonly parameters: Readonly<Record<string, ParameterOutput>>;
    readonly artifacts: Readonly<Record<string, readonly OutputReference[]>>;
  };
}

/** An output of a task of the same graph. */
export interface OutputReference {
  readonly task: string;
  readonly output: string;
}

/** The value of one task, or of the first that ran of several. */
export type ParameterOutput =
  | { readonly from: "task"; readonly source: OutputReference }
  | { readonly from: "one of"; readonly sources: readonly OutputReference[] };

/** A program in a container. */
export interface ContainerComponent extends ComponentBase {
  readonly kind: "container";
  readonly executorLabel: string;
  readonly container: ContainerSpec;
  /** What the second document wants of Kubernetes for it; undefined where it says nothing. */
  readonly kubernetes: JsonObject | undefined;
  readonly taskConfig: readonly TaskConfigPassthrough[];
}

/** Takes in an artifact from elsewhere. */
export interface ImporterComponent extends ComponentBase {
  readonly kind: "importer";
  readonly executorLabel: string;
  readonly importer: ImporterSpec;
}

/** A node of a graph. */
export interface Task {
  readonly name: string;
  readonly displayName: string;
  readonly component: Component;
  /** All that it waits for in its graph: named, and by its inputs; each once. */
  readonly upstream: readonly string[];
  /** Whether those have to have succeeded, or only to have ended. */
  readonly startsWhen: "upstream succeeded" | "upstream ended";
  readonly condition: Expression | undefined;
  readonly loop: Loop | undefined;
  readonly retry: Retry | undefined;
  readonly cache: { readonly enabled: boolean; readonly key: string | undefined };
  readonly parameters: Readonly<Record<string, ParameterSource>>;
  readonly artifacts: Readonly<Record<string, ArtifactSource>>;
}

/** One run of a task for each item. */
export type Loop =
  | {
      readonly over: "values";
      readonly items: { readonly constant: readonly Json[] } | { readonly input: string };
      /** The input that takes the item. */
      readonly itemInput: string;
      /** How many at a time; 0 for as many as there are jobs. */
      readonly parallelism: number;
    }
  | { readonly over: "artifacts"; readonly input: string; readonly itemInput: string; readonly parallelism: number };

/** How often a failed task is tried again. */
export interface Retry {
  readonly maxRetries: number;
  readonly backoffMs: number;
  readonly factor: number;
  readonly maxBackoffMs: number;
}

/** Where a parameter comes from; `select` picks a part of the value. */
export type ParameterSource = (
  | { readonly from: "constant"; readonly value: Json }
  | { readonly from: "input"; readonly input: string }
  | ({ readonly from: "task" } & OutputReference)
  | { readonly from: "final status"; readonly task: string }
) & { readonly select?: Expression | undefined };

/** Where an artifact comes from. */
export type ArtifactSource =
  | { readonly from: "input"; readonly input: string }
  | ({ readonly from: "task" } & OutputReference);
