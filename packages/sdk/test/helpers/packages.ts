/** A compiled pipeline with a task, a condition within which there is another, and one parameter. */
export function compiledPipeline(name = "nightly") {
  const task = (component: string) => ({
    cachingOptions: { enableCache: true },
    componentRef: { name: component },
    taskInfo: { name: component },
  });
  return {
    pipelineInfo: { name },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    deploymentSpec: { executors: { "exec-train": { container: { image: "python:3.12", command: ["true"] } } } },
    components: {
      "comp-train": { executorLabel: "exec-train" },
      "comp-condition": { dag: { tasks: { inner: task("comp-train") } } },
    },
    root: {
      inputDefinitions: { parameters: { epochs: { parameterType: "NUMBER_INTEGER", defaultValue: 1 } } },
      dag: { tasks: { outer: task("comp-train"), condition: task("comp-condition") } },
    },
  };
}

/** The same as the text of a package; JSON is YAML. */
export function compiledText(name?: string): string {
  return JSON.stringify(compiledPipeline(name));
}
