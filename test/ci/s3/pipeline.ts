import { type ParsedPipeline, pipelineSpecFromStruct } from "@kfp-ts/api/pipeline-spec";

const artifactType = { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" };
const text = { parameterType: "STRING" };

/**
 * An artifact that is imported, a file and a folder that one task makes, and a task that reads them all: its output
 * `said` has what it found. Programs of this machine.
 */
export function artifactPipeline(importedUri: string): ParsedPipeline {
  const given = (producerTask: string, outputArtifactKey: string) => ({
    taskOutputArtifact: { producerTask, outputArtifactKey },
  });
  const path = (name: string) => `{{$.inputs.artifacts['${name}'].path}}`;
  const made = (name: string) => `{{$.outputs.artifacts['${name}'].path}}`;
  return pipelineSpecFromStruct({
    pipelineInfo: { name: "in-storage" },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    root: {
      outputDefinitions: { parameters: { said: text } },
      dag: {
        outputs: {
          parameters: { said: { valueFromParameter: { producerSubtask: "read", outputParameterKey: "said" } } },
        },
        tasks: {
          bring: { componentRef: { name: "comp-bring" } },
          make: { componentRef: { name: "comp-make" }, cachingOptions: { enableCache: true } },
          read: {
            componentRef: { name: "comp-read" },
            inputs: {
              artifacts: {
                brought: given("bring", "artifact"),
                file: given("make", "file ü %41"),
                folder: given("make", "folder"),
                empty: given("make", "empty"),
              },
            },
          },
        },
      },
    },
    components: {
      "comp-bring": { executorLabel: "bring", outputDefinitions: { artifacts: { artifact: { artifactType } } } },
      "comp-make": {
        executorLabel: "make",
        outputDefinitions: {
          artifacts: { "file ü %41": { artifactType }, folder: { artifactType }, empty: { artifactType } },
        },
      },
      "comp-read": {
        executorLabel: "read",
        inputDefinitions: {
          artifacts: Object.fromEntries(["brought", "file", "folder", "empty"].map((name) => [name, { artifactType }])),
        },
        outputDefinitions: { parameters: { said: text } },
      },
    },
    deploymentSpec: {
      executors: {
        bring: { importer: { artifactUri: { constant: importedUri }, typeSchema: artifactType } },
        make: {
          container: {
            image: "any",
            command: ["sh", "-c"],
            args: [
              'printf "from a file" > "$0"; mkdir -p "$1/deep er"; printf one > "$1/a"; printf two > "$1/deep er/ü%20"; : > "$2"',
              made("file ü %41"),
              made("folder"),
              made("empty"),
            ],
          },
        },
        read: {
          container: {
            image: "any",
            command: ["sh", "-c"],
            args: [
              'cat "$0" "$1" "$2/a" "$2/deep er/ü%20" "$3" > "$4"',
              path("brought"),
              path("file"),
              path("folder"),
              path("empty"),
              "{{$.outputs.parameters['said'].output_file}}",
            ],
          },
        },
      },
    },
  });
}
