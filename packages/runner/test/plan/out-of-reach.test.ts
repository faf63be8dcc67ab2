import type { JsonObject } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";
import { outOfReach } from "../../src/plan/out-of-reach.ts";
import { planOf } from "../../src/plan/plan-of.ts";
import { rootInputs } from "../../src/plan/root-inputs.ts";
import { pipelineOf } from "../findings/pipeline.ts";

const artifactType = { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" };
const reads = {
  executorLabel: "read",
  inputDefinitions: { artifacts: { data: { artifactType } } },
};
const fromTask = (producerTask: string, outputArtifactKey = "artifact") => ({
  artifacts: { data: { taskOutputArtifact: { producerTask, outputArtifactKey } } },
});
const text = { parameterType: "STRING" };
const imports = {
  executorLabel: "import",
  inputDefinitions: { parameters: { uri: text } },
  outputDefinitions: { artifacts: { artifact: { artifactType } } },
};

/** A pipeline that imports by the parameter `uri` of the importer, and what else it has. */
function found(
  tasks: JsonObject,
  { components = {}, parameters = {}, given = {}, importer = {} }: Readonly<Record<string, JsonObject>> = {},
) {
  const pipeline = pipelineOf({
    root: { inputDefinitions: { parameters }, dag: { tasks } },
    components: { "comp-read": reads, "comp-import": imports, ...components },
    executors: {
      read: { container: { image: "any", command: ["cat"] } },
      import: { importer: { artifactUri: { runtimeParameter: "uri" }, typeSchema: artifactType, ...importer } },
    },
  });
  const plan = planOf(pipeline);
  return outOfReach(plan, rootInputs(pipeline, plan, given, {}), (uri) => !uri.startsWith("gs://"));
}

const importOf = (source: JsonObject) => ({
  componentRef: { name: "comp-import" },
  inputs: { parameters: { uri: source } },
});
const gs = { runtimeValue: { constant: "gs://bucket/data" } };
const read = { componentRef: { name: "comp-read" }, inputs: fromTask("import") };

describe("an artifact out of reach", () => {
  test("is found where a task reads it, by a constant or by a parameter of the run", () => {
    const wanted = [{ uri: "gs://bucket/data", reader: "read" }];
    expect(found({ import: importOf(gs), read })).toEqual(wanted);
    const parameters = { from: text };
    const given = { from: "gs://bucket/data" };
    expect(found({ import: importOf({ componentInputParameter: "from" }), read }, { parameters, given })).toEqual(
      wanted,
    );
    const reached = { from: "s3://bucket/data" };
    expect(
      found({ import: importOf({ componentInputParameter: "from" }), read }, { parameters, given: reached }),
    ).toEqual([]);
  });

  test("is found through graphs, on its way in and out", () => {
    const inner = {
      "comp-in": {
        outputDefinitions: { artifacts: { out: { artifactType } } },
        dag: {
          tasks: { import: importOf(gs) },
          outputs: {
            artifacts: {
              out: { artifactSelectors: [{ producerSubtask: "import", outputArtifactKey: "artifact" }] },
            },
          },
        },
      },
      "comp-use": {
        inputDefinitions: { artifacts: { data: { artifactType } } },
        dag: {
          tasks: {
            read: {
              componentRef: { name: "comp-read" },
              inputs: { artifacts: { data: { componentInputArtifact: "data" } } },
            },
          },
        },
      },
    };
    const tasks = {
      part: { componentRef: { name: "comp-in" } },
      use: { componentRef: { name: "comp-use" }, inputs: fromTask("part", "out") },
    };
    expect(found(tasks, { components: inner })).toEqual([{ uri: "gs://bucket/data", reader: "use/read" }]);
  });

  test("is in nobody's way where no task reads it, or a condition decides whether one does", () => {
    expect(found({ import: importOf(gs) })).toEqual([]);
    const sometimes = { ...read, triggerPolicy: { condition: "inputs.artifacts['data'].name != ''" } };
    expect(found({ import: importOf(gs), read: sometimes })).toEqual([]);
  });

  test("is found where it is to be brought into the workspace", () => {
    expect(found({ import: importOf(gs) }, { importer: { downloadToWorkspace: true } })).toEqual([
      { uri: "gs://bucket/data", reader: "import" },
    ]);
  });
});
