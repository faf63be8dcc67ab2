import { describe, expect, it } from "vitest";
import { parsePipelineDocuments, pipelineSpecFromStruct, type TaskSpec } from "../../src/pipeline-spec/index.ts";
import { echoPipeline, echoTask, pipelineOfTasks, thrownBy } from "./samples.ts";

const refusalOf = (document: object) => thrownBy(() => parsePipelineDocuments(JSON.stringify(document))).message;
const accepted = (document: object) => parsePipelineDocuments(JSON.stringify(document)).pipelineSpec;
const after = (...dependentTasks: string[]): TaskSpec => echoTask({ dependentTasks });
const output = (producerTask: string): TaskSpec =>
  echoTask({ inputs: { parameters: { p: { taskOutputParameter: { producerTask, outputParameterKey: "Output" } } } } });

describe("a pipeline that can never run is refused with the place", () => {
  it.each([
    [
      "a task of a component that is not there",
      pipelineOfTasks({ train: echoTask({ componentRef: { name: "comp-train" } }) }),
      'root.dag.tasks.train.componentRef.name: there is no component "comp-train"; there are comp-echo',
    ],
    [
      "a task of no component",
      pipelineOfTasks({ train: { taskInfo: { name: "train" } } }),
      "root.dag.tasks.train.componentRef.name: the task refers to no component",
    ],
    [
      "a component whose executor is not there",
      echoPipeline({ deploymentSpec: {} }),
      'components.comp-echo.executorLabel: there is no executor "exec-echo"; there are none',
    ],
    [
      "an executor of nothing",
      echoPipeline({ deploymentSpec: { executors: { "exec-echo": {} } } }),
      "deploymentSpec.executors.exec-echo: the executor has neither a container nor an importer",
    ],
    [
      "an argument that is no text",
      echoPipeline({ deploymentSpec: { executors: { "exec-echo": { container: { args: ["a", 5] } } } } }),
      "deploymentSpec.executors.exec-echo.container.args[1]: must be a text (put it in quotes), and is the number 5",
    ],
    ["a root of nothing", echoPipeline({ root: {} }), "root: the component has neither a dag nor an executorLabel"],
    ["a graph without tasks", pipelineOfTasks({}), "root.dag.tasks: there is no task, so there is nothing to run"],
    [
      "a task after one that is not there",
      pipelineOfTasks({ a: after(), b: after("a", "c") }),
      'root.dag.tasks.b.dependentTasks[1]: there is no task "c" in the same dag',
    ],
    [
      "an input of a task that is not there",
      pipelineOfTasks({ a: output("c") }),
      'root.dag.tasks.a.inputs.parameters.p.taskOutputParameter.producerTask: there is no task "c" in the same dag',
    ],
    [
      "an artifact of a task that is not there",
      pipelineOfTasks({ a: echoTask({ inputs: { artifacts: { d: { taskOutputArtifact: {} } } } }) }),
      'root.dag.tasks.a.inputs.artifacts.d.taskOutputArtifact.producerTask: there is no task "" in the same dag',
    ],
    [
      "the end of a task that is not there",
      pipelineOfTasks({ a: echoTask({ inputs: { parameters: { s: { taskFinalStatus: { producerTask: "x" } } } } }) }),
      'root.dag.tasks.a.inputs.parameters.s.taskFinalStatus.producerTask: there is no task "x" in the same dag',
    ],
    [
      "a task after itself",
      pipelineOfTasks({ a: after("a") }),
      "root.dag.tasks: tasks wait for each other, so none of them can start: a -> a",
    ],
    [
      "tasks in a circle through outputs",
      pipelineOfTasks({ z: after(), a: after("b"), b: output("c"), c: after("a"), d: after("c") }),
      "root.dag.tasks: tasks wait for each other, so none of them can start: a -> b -> c -> a",
    ],
  ])("%s", (_, document, message) => expect(refusalOf(document)).toContain(`invalid v2 pipeline spec: ${message}`));

  it("also inside of a component that is a graph", () => {
    const inner = { dag: { tasks: { a: after("b"), b: after("a") } } };
    const components = { "comp-echo": { executorLabel: "exec-echo" }, "comp-inner": inner };
    const root = { dag: { tasks: { inner: echoTask({ componentRef: { name: "comp-inner" } }) } } };
    expect(refusalOf(echoPipeline({ components, root }))).toContain("components.comp-inner.dag.tasks: tasks wait");
  });
});

describe("what only looks wrong is accepted", () => {
  it("components and executors that nothing reaches", () => {
    const components = { "comp-echo": { executorLabel: "exec-echo" }, unused: { executorLabel: "nowhere" } };
    expect(accepted(echoPipeline({ components })).components).toEqual(components);
  });

  it("a component that is a part of itself, which a condition may end", () => {
    const inner = { dag: { tasks: { again: echoTask({ componentRef: { name: "comp-inner" } }) } } };
    const root = { dag: { tasks: { inner: echoTask({ componentRef: { name: "comp-inner" } }) } } };
    expect(accepted(echoPipeline({ components: { "comp-inner": inner }, root })).root).toEqual(root);
  });

  it("a job for Vertex AI", () => {
    const deploymentSpec = { executors: { "exec-echo": { customJob: { customJob: { any: 1 } } } } };
    expect(accepted(echoPipeline({ deploymentSpec })).deploymentSpec).toEqual(deploymentSpec);
  });

  it("names such as constructor, where they are names", () => {
    expect(refusalOf(pipelineOfTasks({ a: echoTask({ componentRef: { name: "constructor" } }) }))).toContain(
      'there is no component "constructor"',
    );
    expect(refusalOf(pipelineOfTasks({ a: after("toString") }))).toContain('there is no task "toString"');
  });
});

it("a graph of 20,000 tasks in a row is ordered without recursion", () => {
  const tasks = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`t${index}`, index === 0 ? echoTask() : after(`t${index - 1}`)]),
  );
  expect(pipelineSpecFromStruct(pipelineOfTasks(tasks) as never).pipelineSpec.root?.dag?.tasks).toEqual(tasks);
});

it("a circle of 20,000 tasks is refused with a bounded text", () => {
  const tasks = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`t${i}`, after(`t${(i + 1) % 20_000}`)]));
  expect(refusalOf(pipelineOfTasks(tasks)).length).toBeLessThan(500);
});
