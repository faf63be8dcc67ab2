import {
  type ComponentSpec,
  deploymentConfigOf,
  memberPath,
  type ParameterType,
  type ParsedPipeline,
  type PrimitiveType,
  SpecError,
  type SpecPath,
} from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import { own } from "../values/own.ts";
import { graphOf } from "./graph-of.ts";
import type { Component, GraphComponent, Plan } from "./plan.ts";

/** How deep components may nest: each takes room on the stack, and no pipeline is so deep. */
const MAX_DEPTH = 200;

/**
 * Reads a compiled pipeline as what has to be executed. What its root does not reach is not looked at, as on a cluster.
 *
 * @throws RunnerError (PIPELINE_INVALID), with the place in the pipeline.
 */
export function planOf(pipeline: ParsedPipeline): Plan {
  try {
    return planned(pipeline);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new RunnerError("PIPELINE_INVALID", `the pipeline cannot run: ${error.message}`, { cause: error });
  }
}

function planned({ pipelineSpec, platformSpec }: ParsedPipeline): Plan {
  const executors = deploymentConfigOf(pipelineSpec).executors ?? {};
  const kubernetes = platformSpec?.platforms?.kubernetes;
  const specs = pipelineSpec.components ?? {};
  const components = new Map<string, Component>();
  const underWay: string[] = [];

  const component = (name: string, path: SpecPath): Component => {
    const known = components.get(name);
    if (known !== undefined) return known;
    const spec = own(specs, name);
    if (spec === undefined) throw new SpecError(path, `there is no component ${JSON.stringify(name)}`);
    if (underWay.includes(name)) {
      const circle = [...underWay.slice(underWay.indexOf(name)), name].join(" -> ");
      throw new SpecError(path, `components contain each other, so the pipeline has no end: ${circle}`);
    }
    if (underWay.length === MAX_DEPTH) throw new SpecError(path, `components nest more than ${MAX_DEPTH} deep`);
    underWay.push(name);
    const made = componentOf(name, spec, memberPath("components", name));
    underWay.pop();
    components.set(name, made);
    return made;
  };

  const componentOf = (name: string, spec: ComponentSpec, path: SpecPath): Component => {
    const base = {
      name,
      inputs: {
        parameters: typed(spec.inputDefinitions?.parameters),
        artifacts: spec.inputDefinitions?.artifacts ?? {},
      },
      outputs: {
        parameters: typed(spec.outputDefinitions?.parameters),
        artifacts: spec.outputDefinitions?.artifacts ?? {},
      },
    };
    if (spec.dag !== undefined) return { kind: "graph", ...base, ...graphOf(spec, path, component) };
    const executorLabel = spec.executorLabel ?? "";
    const executor = own(executors, executorLabel);
    if (executor === undefined) {
      throw new SpecError(memberPath(path, "executorLabel"), `there is no executor ${JSON.stringify(executorLabel)}`);
    }
    const leaf = { ...base, executorLabel };
    const { container, importer, resolver, customJob } = executor;
    if (importer !== undefined) return { kind: "importer", ...leaf, importer };
    if (container !== undefined) {
      const settings = kubernetes?.deploymentSpec?.executors ?? {};
      return {
        kind: "container",
        ...leaf,
        container,
        kubernetes: own(settings, executorLabel),
        taskConfig: spec.taskConfigPassthroughs ?? [],
      };
    }
    const what = resolver ? "a resolver" : customJob ? "a custom job of Vertex AI" : "nothing";
    throw new SpecError(
      memberPath("deploymentSpec", "executors", executorLabel),
      `the executor is ${what}, and only containers and importers can be executed`,
    );
  };

  return {
    pipelineName: pipelineSpec.pipelineInfo?.name ?? "",
    root: graphRoot(componentOf("", pipelineSpec.root ?? {}, "root")),
    pipelineRoot: pipelineSpec.defaultPipelineRoot ?? "",
    workspace: kubernetes?.pipelineConfig?.workspace !== undefined,
    components,
  };
}

function graphRoot(root: Component): GraphComponent {
  if (root.kind !== "graph") throw new SpecError("root", "the root is no graph of tasks");
  return root;
}

/** The types of older compilers. */
const olderTypes: Readonly<Record<PrimitiveType, ParameterType | undefined>> = {
  PRIMITIVE_TYPE_UNSPECIFIED: undefined,
  INT: "NUMBER_INTEGER",
  DOUBLE: "NUMBER_DOUBLE",
  STRING: "STRING",
};

/** Parameters with their types, also where those stand in the older form. */
function typed<P extends { readonly type?: PrimitiveType; readonly parameterType?: ParameterType }>(
  parameters: Readonly<Record<string, P>> = {},
): Readonly<Record<string, P>> {
  const isOlder = ({ type, parameterType }: P): boolean => type !== undefined && parameterType === undefined;
  if (!Object.values(parameters).some(isOlder)) return parameters;
  const entries = Object.entries(parameters).map(([name, spec]): [string, P] => {
    const parameterType = isOlder(spec) && spec.type !== undefined ? olderTypes[spec.type] : undefined;
    return [name, parameterType === undefined ? spec : { ...spec, parameterType }];
  });
  return Object.fromEntries(entries);
}
