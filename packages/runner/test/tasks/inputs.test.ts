import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ArtifactStores, storesFor } from "../../src/artifacts/artifact-stores.ts";
import type { ExecutorInput } from "../../src/tasks/executor-input.ts";
import type { Artifact } from "../../src/values/values.ts";
import { credentials, type S3Server, startS3 } from "../artifacts/s3-server.ts";
import { artifactOutput, attempt, runsFolder } from "./attempt.ts";

const dataset = (uri: string): Artifact => ({
  name: "data",
  type: { schemaTitle: "system.Dataset" },
  uri,
  metadata: {},
});
const modelOf = (input: ExecutorInput) => input.outputs.artifacts?.model?.artifacts[0]?.uri ?? "";

let server: S3Server;
let artifacts: ArtifactStores;
let folder: string;

beforeEach(async () => {
  server = await startS3();
  artifacts = storesFor({ endpoint: server.endpoint, credentials: async () => credentials, clock: Date });
  folder = await runsFolder();
});
afterEach(() => server.close());

test("a component gets the whole contract as JSON, its variables and its image with their values", async () => {
  let seen: unknown;
  let given: unknown;
  await attempt(folder, {
    component: {
      outputs: { parameters: { out: { parameterType: "STRING" } }, artifacts: {} },
      container: {
        image: "python:{{$.inputs.parameters['version']}}",
        command: ["run", '{"IfPresent": {"InputName": "none", "Then": ["x"]}}'],
        args: ["{{$}}", '{"Concat": ["--v=", "{{$.inputs.parameters[\'version\']}}"]}'],
        env: [{ name: "LEVEL", value: "{{$.inputs.parameters['level']}}" }],
      },
    },
    inputs: { parameters: { version: "3.12", level: "{{$.inputs.parameters['version']}}" } },
    program: async (job, input) => {
      seen = input;
      given = { image: job.image, command: job.command, args: job.args.slice(1), env: job.env };
      await writeFile(input.outputs.parameters?.out?.outputFile ?? "", "done");
    },
  });
  const place = join(folder, "run-1", "tasks", "train", "1");
  expect(seen).toEqual({
    inputs: { parameterValues: { version: "3.12", level: "{{$.inputs.parameters['version']}}" } },
    outputs: {
      parameters: { out: { outputFile: join(place, "outputs", "out") } },
      outputFile: join(place, "output_metadata.json"),
    },
  });
  // A value that looks like a placeholder is none.
  const env = { LEVEL: "{{$.inputs.parameters['version']}}" };
  expect(given).toEqual({ image: "python:3.12", command: ["run"], args: ["--v=3.12"], env });
});

test("without moved paths a component is told a path instead of a URI, and the URI is what is written down", async () => {
  server.objects.set("bucket/data.csv", Buffer.from("1,2"));
  const result = await attempt(folder, {
    options: { artifacts, pipelineRoot: "s3://bucket/root/" },
    component: { outputs: artifactOutput() },
    inputs: { artifacts: { data: [dataset("s3://bucket/data.csv")] } },
    program: async (_job, input) => {
      const path = input.inputs.artifacts?.data?.artifacts[0]?.uri ?? "";
      await mkdir(modelOf(input));
      await writeFile(join(modelOf(input), "weights"), `from ${await readFile(path, "utf8")}`);
    },
  });
  const uri = "s3://bucket/root/a-pipeline/run-1/train/1/model";
  expect(result).toMatchObject({ outcome: "succeeded", outputs: { artifacts: { model: [{ uri }] } } });
  expect(server.objects.get("bucket/root/a-pipeline/run-1/train/1/model/weights")?.toString()).toBe("from 1,2");
});

test("with moved paths a component is told the URI, and is shown its content where it looks for it", async () => {
  server.objects.set("bucket/data.csv", Buffer.from("1,2"));
  const result = await attempt(folder, {
    options: { artifacts, pipelineRoot: "minio://bucket/root", movesPaths: true },
    component: {
      outputs: artifactOutput(),
      container: { command: ["x", "{{$.inputs.artifacts['data'].path}}"], args: ["{{$}}"] },
    },
    inputs: { artifacts: { data: [dataset("s3://bucket/data.csv")] } },
    program: async (job, input) => {
      const host = (seen: string) => {
        const mount = job.mounts.filter(({ target }) => `${seen}/`.startsWith(`${target}/`)).at(-1);
        return `${mount?.source}${seen.slice(mount?.target.length)}`;
      };
      expect(job.command).toEqual(["x", "/s3/bucket/data.csv"]);
      expect(modelOf(input)).toBe("minio://bucket/root/a-pipeline/run-1/train/1/model");
      await writeFile(host("/tmp/mine"), await readFile(host("/s3/bucket/data.csv")));
      const model = { uri: modelOf(input), custom_path: "/tmp/mine" };
      await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { model: { artifacts: [model] } } }));
    },
  });
  expect(result).toMatchObject({ outcome: "succeeded" });
  expect(server.objects.get("bucket/root/a-pipeline/run-1/train/1/model")?.toString()).toBe("1,2");
});

test("an input that is not in its storage fails the task, which is not started", async () => {
  let started = false;
  const result = await attempt(folder, {
    options: { artifacts },
    inputs: { artifacts: { data: [dataset("s3://bucket/none")] } },
    program: async () => {
      started = true;
    },
  });
  expect(result).toMatchObject({ outcome: "failed", error: { code: "ARTIFACT_UNAVAILABLE" } });
  expect(started).toBe(false);
});

test("an isolated task gets no file of this machine that is not its run's", async () => {
  const result = await attempt(folder, {
    options: { movesPaths: true },
    inputs: { artifacts: { data: [dataset("/etc/passwd")] } },
  });
  expect(result).toMatchObject({ outcome: "failed", error: { code: "ARTIFACT_UNAVAILABLE" } });
});
