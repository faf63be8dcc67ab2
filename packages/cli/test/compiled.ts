import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A compiled pipeline that takes parameters of several types. */
export function compiledPipeline(name: string): object {
  return {
    pipelineInfo: { name },
    sdkVersion: "kfp-2.14.0",
    schemaVersion: "2.1.0",
    root: {
      inputDefinitions: {
        parameters: {
          text: { parameterType: "STRING", defaultValue: "hello" },
          epochs: { parameterType: "NUMBER_INTEGER", isOptional: true },
        },
      },
      dag: { tasks: { echo: { taskInfo: { name: "echo" }, componentRef: { name: "comp-echo" } } } },
    },
    components: { "comp-echo": { executorLabel: "exec-echo" } },
    deploymentSpec: { executors: { "exec-echo": { container: { image: "python:3.12", command: ["echo"] } } } },
  };
}

/** A folder for the tests of one file, with compiled pipelines in it. */
export function packageFolder() {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kfp-ts-cli-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    path: (name: string) => join(folder, name),
    /** Writes a compiled pipeline and gives its path. */
    write(name: string, file = `${name}.json`): string {
      const path = join(folder, file);
      writeFileSync(path, JSON.stringify(compiledPipeline(name)));
      return path;
    },
  };
}
