import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/findings/finding.ts";
import { findingsOf } from "../../src/findings/findings-of.ts";
import { exit, from, graph, type Parts, pipelineOf, task } from "./pipeline.ts";

const loop = { parameterIterator: { items: { raw: "[1, 2]" }, itemInput: "item" } };
const input = (source: object) => ({ inputs: { parameters: { x: source } } }) as Parts["container"];
const status = (producerTask: string) => input({ taskFinalStatus: { producerTask } });
const gives = (producerSubtask: string) => ({
  parameters: { all: { valueFromParameter: { producerSubtask, outputParameterKey: "Output" } } },
});
const outputAll = { outputDefinitions: { parameters: { all: { parameterType: "LIST" } } } };

describe("a pipeline is told what", () => {
  test.each<[kind: Finding["kind"], rule: string, path: string, parts: Parts]>([
    [
      "refused by Kubeflow",
      "artifact-loop",
      "root.dag.tasks.each.artifactIterator",
      {
        root: { inputDefinitions: { artifacts: { list: { isArtifactList: true } } } },
        tasks: { each: task({ artifactIterator: { items: { inputArtifact: "list" }, itemInput: "item" } }) },
      },
    ],
    [
      "refused by Kubeflow",
      "importer-condition",
      "root.dag.tasks.take.triggerPolicy.condition",
      { tasks: { take: task({ triggerPolicy: { condition: "1 == 1" } }, "import") } },
    ],
    [
      "otherwise in Kubeflow",
      "retry-of-no-container",
      "root.dag.tasks.all.retryPolicy",
      {
        tasks: { all: task({ retryPolicy: { maxRetryCount: 2 } }, "inner") },
        components: { inner: graph({ say: task() }) },
      },
    ],
    [
      "otherwise in Kubeflow",
      "nested-collected",
      "root.dag.tasks.outer",
      {
        tasks: { outer: task(loop, "outer"), say: task(input(from("outer", "all"))) },
        components: {
          outer: graph({ inner: task(loop, "inner") }, outputAll, {
            parameters: { all: { valueFromParameter: { producerSubtask: "inner", outputParameterKey: "all" } } },
          }),
          inner: graph({ say: task() }, outputAll, gives("say")),
        },
      },
    ],
    [
      "otherwise in Kubeflow",
      "final-status-of-another-task",
      "root.dag.tasks.last.inputs.parameters.x",
      { tasks: { a: task(), b: task(), last: task({ dependentTasks: ["a", "b"], ...status("b") }) } },
    ],
    [
      "refused by Kubeflow",
      "final-status-of-another-task",
      "root.dag.tasks.last.inputs.parameters.x",
      { tasks: { a: task(), last: task(status("a")) } },
    ],
    [
      "otherwise in Kubeflow",
      "exit-task-fan-in",
      "root.dag.tasks.last.triggerPolicy.strategy",
      { tasks: { a: task(), b: task(), last: exit("a", "b") } },
    ],
    [
      "otherwise in Kubeflow",
      "exit-task-never-runs",
      "root.dag.tasks.last.triggerPolicy.strategy",
      {
        tasks: { each: task(loop, "inner"), last: exit("each") },
        components: { inner: graph({ say: task() }) },
      },
    ],
    [
      "otherwise in Kubeflow",
      "exit-task-never-runs",
      "root.dag.tasks.last.triggerPolicy.strategy",
      { tasks: { take: task({}, "import"), last: exit("take") } },
    ],
    [
      "otherwise in Kubeflow",
      "exit-task-never-runs",
      "root.dag.tasks.last.triggerPolicy.strategy",
      { tasks: { say: task(), last: exit() } },
    ],
    [
      "otherwise in Kubeflow",
      "exit-tasks-of-one-task",
      "root.dag.tasks.exit-a.triggerPolicy.strategy",
      { tasks: { say: task(), "exit-a": exit("say"), "exit-b": exit("say") } },
    ],
    [
      "otherwise in Kubeflow",
      "exit-task-in-graph",
      "components.inner.dag.tasks.last.triggerPolicy.strategy",
      {
        tasks: { all: task({}, "inner") },
        components: { inner: graph({ say: task(), last: exit("say") }) },
      },
    ],
    [
      "refused by Kubeflow",
      "exit-task-awaited",
      "root.dag.tasks.after",
      { tasks: { say: task(), last: exit("say"), after: task({ dependentTasks: ["last"] }) } },
    ],
    [
      "otherwise in Kubeflow",
      "integer-not-exact",
      "root.dag.tasks.say.inputs.parameters.x.runtimeValue",
      { tasks: { say: task(input({ runtimeValue: { constant: { deep: [2 ** 53] } } })) } },
    ],
    [
      "otherwise in Kubeflow",
      "integer-not-exact",
      "root.inputDefinitions.parameters.n.defaultValue",
      { root: { inputDefinitions: { parameters: { n: { parameterType: "NUMBER_INTEGER", defaultValue: 1e300 } } } } },
    ],
    [
      "otherwise in Kubeflow",
      "run-metadata-in-text",
      "root.dag.tasks.say.inputs.parameters.x",
      { tasks: { say: task(input({ runtimeValue: { constant: "run-{{$.pipeline_job_uuid}}" } })) } },
    ],
    [
      "refused by Kubeflow",
      "older-constant",
      "root.dag.tasks.say.inputs.parameters.x.runtimeValue",
      { tasks: { say: task(input({ runtimeValue: { constantValue: { stringValue: "a" } } })) } },
    ],
    [
      "refused by Kubeflow",
      "schema-uri",
      "components.say.outputDefinitions.artifacts.model.artifactType.schemaUri",
      {
        component: { outputDefinitions: { artifacts: { model: { artifactType: { schemaUri: "http://x/y.yaml" } } } } },
      },
    ],
    [
      "refused by Kubeflow",
      "argument-too-long",
      "deploymentSpec.executors.exec-say.container",
      { container: { args: ["x".repeat(131_072)] } },
    ],
    [
      "otherwise in Kubeflow",
      "concat-placeholder",
      "deploymentSpec.executors.exec-say.container.args[1]",
      { container: { args: ["a", '{"Concat": ["a", "b"]}'] } },
    ],
    [
      "otherwise in Kubeflow",
      "if-present-with-output",
      "deploymentSpec.executors.exec-say.container.args[0]",
      {
        container: {
          args: [`{"IfPresent": {"InputName": "x", "Then": ["{{$.outputs.parameters['Output'].output_file}}"]}}`],
        },
      },
    ],
    [
      "otherwise in Kubeflow",
      "if-present-of-artifact",
      "deploymentSpec.executors.exec-say.container.args[0]",
      {
        tasks: { say: task({}) },
        component: { inputDefinitions: { artifacts: { model: { isOptional: true } } } },
        container: { args: ['{"IfPresent": {"InputName": "model", "Then": ["a"]}}'] },
      },
    ],
    [
      "otherwise in Kubeflow",
      "unknown-placeholder",
      "deploymentSpec.executors.exec-say.container.args[0]",
      { container: { args: ["{{$.inputs.artifacts['m'].metadata['a']}}"] } },
    ],
    [
      "otherwise in Kubeflow",
      "unknown-placeholder",
      "deploymentSpec.executors.exec-say.container.args[0]",
      { container: { args: ["{{$.outputs.artifacts['m'].properties['a']}}"] } },
    ],
    [
      "otherwise in Kubeflow",
      "unknown-placeholder",
      "deploymentSpec.executors.exec-say.container.args[0]",
      { container: { args: ["{{$.outputMetadataUri}}"] } },
    ],
    [
      "otherwise in Kubeflow",
      "run-metadata-in-arguments",
      "deploymentSpec.executors.exec-say.container.args[0]",
      { container: { args: ["{{$.pipeline_job_name}}"] } },
    ],
    [
      "otherwise in Kubeflow",
      "placeholder-in-program",
      "deploymentSpec.executors.exec-say.container.command[0]",
      { container: { command: ["{{$.inputs.artifacts['m'].path}}"] } },
    ],
    [
      "otherwise in Kubeflow",
      "pre-cache-check",
      "deploymentSpec.executors.exec-say.container.lifecycle.preCacheCheck",
      { container: { lifecycle: { preCacheCheck: { command: ["true"] } } } },
    ],
    [
      "refused here",
      "volume-claim",
      "deploymentSpec.executors.exec-say.container.image",
      { container: { image: "argostub/createpvc" } },
    ],
    [
      "otherwise here",
      "resources",
      "deploymentSpec.executors.exec-say.container.resources",
      { container: { resources: { resourceCpuLimit: "2", cpuLimit: 2 } } },
    ],
    [
      "otherwise here",
      "accelerator",
      "deploymentSpec.executors.exec-say.container.resources.accelerator",
      { container: { resources: { accelerator: { resourceType: "nvidia.com/gpu", resourceCount: "1" } } } },
    ],
    [
      "otherwise here",
      "task-config",
      "components.say.taskConfigPassthroughs",
      { component: { taskConfigPassthroughs: [{ field: "RESOURCES" }, { field: "KUBERNETES_VOLUMES" }] } },
    ],
    [
      "otherwise here",
      "workspace",
      "platforms.kubernetes.pipelineConfig.workspace",
      { pipelineConfig: { workspace: { size: "1Gi" } } },
    ],
    [
      "otherwise here",
      "pipeline-deadline",
      "platforms.kubernetes.pipelineConfig.activeDeadlineSeconds",
      { pipelineConfig: { activeDeadlineSeconds: 60 } },
    ],
    [
      "otherwise here",
      "run-lifetime",
      "platforms.kubernetes.pipelineConfig.resourceTtlOnSuccess",
      { pipelineConfig: { resourceTtlOnSuccess: 60 } },
    ],
    ["otherwise here", "pipeline-root", "defaultPipelineRoot", { pipelineRoot: "gs://bucket/root" }],
    ["otherwise in Kubeflow", "other-platform", "platforms.vertex", { platforms: { vertex: {} }, kubernetes: {} }],
  ])("%s: %s", (kind, rule, path, parts) => {
    const findings = findingsOf(pipelineOf(parts));
    expect(findings.map((finding) => [finding.kind, finding.rule, finding.path])).toEqual([[kind, rule, path]]);
    expect(findings[0]?.message).toMatch(/^\S.*[^.\s]$/);
  });

  test.each<[uri: string, rules: readonly string[]]>([
    ["s3://bucket/x", []],
    ["minio://bucket/x", []],
    ["gs://bucket/x", ["otherwise here importer-scheme"]],
    ["/data/x", ["refused by Kubeflow importer-scheme"]],
    ["https://example.org/x", ["refused by Kubeflow importer-scheme"]],
    ["oci://registry/x", ["refused by Kubeflow importer-oci", "otherwise here importer-scheme"]],
  ])("an importer of %s means: %j", (constant, rules) => {
    const executors = { "exec-import": { importer: { artifactUri: { constant }, typeSchema: {} } } };
    const findings = findingsOf(pipelineOf({ tasks: { take: task({}, "import") }, executors }));
    expect(findings.map(({ kind, rule }) => `${kind} ${rule}`)).toEqual(rules);
  });

  test("an importer may have its URI from an input of its graph, not from a task", () => {
    const executors = { "exec-import": { importer: { artifactUri: { runtimeParameter: "uri" }, typeSchema: {} } } };
    const rulesOf = (source: object) =>
      findingsOf(
        pipelineOf({
          root: { inputDefinitions: { parameters: { where: { parameterType: "STRING" } } } },
          tasks: { say: task(), take: task({ inputs: { parameters: { uri: source } } } as never, "import") },
          executors,
        }),
      ).map(({ rule }) => rule);
    expect(rulesOf({ componentInputParameter: "where" })).toEqual([]);
    expect(rulesOf(from("say"))).toEqual(["importer-uri"]);
  });
});

describe("a pipeline that can be planned nowhere", () => {
  test.each<[path: string, message: RegExp, parts: Parts]>([
    [
      "root.dag.tasks.say.triggerPolicy.condition",
      /x == 'O'Brien'/,
      { tasks: { say: task({ triggerPolicy: { condition: "x == 'O'Brien'" } }) } },
    ],
    ["deploymentSpec.executors.exec-say", /resolver/, { executors: { "exec-say": { resolver: {} } } }],
    [
      "deploymentSpec.executors.exec-say",
      /custom job/,
      { executors: { "exec-say": { customJob: { customJob: {} } } } },
    ],
  ])("has one finding, at %s", (path, message, parts) => {
    const findings = findingsOf(pipelineOf(parts));
    expect(findings).toMatchObject([{ kind: "invalid", rule: "pipeline-invalid", path }]);
    expect(findings[0]?.message).toMatch(message);
  });
});

describe("what a driver gets as one argument may be too long in Kubeflow", () => {
  const long = "x".repeat(131_072);
  const pathsOf = (parts: Parts) =>
    findingsOf(pipelineOf(parts)).map(({ rule, path, kind }) =>
      kind === "refused by Kubeflow" ? `${rule} ${path}` : "",
    );

  test("such as a task, and with it the graph that it is in", () => {
    const raw = JSON.stringify(long.split(""));
    expect(pathsOf({ tasks: { say: task({ parameterIterator: { items: { raw }, itemInput: "x" } }) } })).toEqual([
      "argument-too-long root",
      "argument-too-long root.dag.tasks.say",
    ]);
  });

  test("such as a component", () => {
    const parameters = { x: { parameterType: "STRING", defaultValue: long } };
    expect(pathsOf({ component: { inputDefinitions: { parameters } } })).toEqual(["argument-too-long components.say"]);
  });

  test("and the whole as one object", () => {
    expect(pathsOf({ container: { args: [long.repeat(12)] } })).toEqual([
      "argument-too-long deploymentSpec.executors.exec-say.container",
      "pipeline-too-large ",
    ]);
  });
});

describe("a pipeline of which there is nothing to say", () => {
  test.each<Parts>([
    {},
    { pipelineRoot: "s3://bucket/root" },
    { tasks: { a: task(), b: task(), last: exit("a") } },
    { tasks: { say: task(input({ runtimeValue: { constant: "{{$.pipeline_job_uuid}}" } })) } },
    { tasks: { say: task(input({ runtimeValue: { constant: 2 ** 53 - 1 } })) } },
    {
      container: {
        args: ["{{$}}", "{{$.inputs.artifacts['m'].uri}}", "{{$.outputs.parameters['Output'].output_file}}"],
      },
    },
    { container: { args: ['{"IfPresent": {"InputName": "x", "Then": ["a"]}}', "x".repeat(100_000)] } },
  ])("has no finding: %j", (parts) => {
    expect(findingsOf(pipelineOf(parts))).toEqual([]);
  });
});

describe("containers", () => {
  test("that no runtime executes are refused here, first of all, with the reason", () => {
    const pipeline = pipelineOf({ container: { image: "alpine", resources: { resourceCpuLimit: "1" } } });
    const findings = findingsOf(pipeline, new Map([["exec-say", "the image alpine takes a container engine"]]));
    expect(findings.map(({ kind, rule }) => [kind, rule])).toEqual([
      ["refused here", "container"],
      ["otherwise here", "resources"],
    ]);
    expect(findings[0]?.message).toContain("the image alpine takes a container engine");
  });
});
