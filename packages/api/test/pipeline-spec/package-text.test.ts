import { describe, expect, it } from "vitest";
import {
  parsePipelineDocuments,
  pipelineSpecFromStruct,
  pipelineSpecToStruct,
  toYaml,
} from "../../src/pipeline-spec/index.ts";
import {
  contractPresent,
  corpusPresent,
  packagesIn,
  type RecordedStep,
  recordedSteps,
  scenarios,
  sharedText,
} from "./corpus.ts";
import { echoPipeline, thrownBy } from "./samples.ts";

const echo = JSON.stringify(echoPipeline());
const refusalOf = (text: string) => thrownBy(() => parsePipelineDocuments(text));

// Skipped where the compiled pipelines do not lie beside the repository (../shared/corpus).
describe.skipIf(!corpusPresent)("the corpus of compiled pipelines", () => {
  const valid = [...packagesIn("corpus/ir/valid"), ...packagesIn("corpus/ir/failing")];

  it("has files to test with", () => expect(valid.length).toBeGreaterThan(50));

  it.each(valid)("$name is accepted, and survives being written and read again", ({ text }) => {
    const parsed = parsePipelineDocuments(text);
    expect(parsePipelineDocuments(toYaml(parsed))).toEqual(parsed);
    expect(parsePipelineDocuments(JSON.stringify(parsed.pipelineSpec)).pipelineSpec).toEqual(parsed.pipelineSpec);
    expect(pipelineSpecFromStruct(pipelineSpecToStruct(parsed))).toEqual(parsed);
  });

  it.each(packagesIn("corpus/ir/invalid"))("$name is refused", ({ text }) => {
    expect(refusalOf(text)).toMatchObject({ code: "INVALID_ARGUMENT", message: "unknown template format" });
    expect((refusalOf(text).cause as Error).message).not.toBe("");
  });
});

// Skipped where the recorded exchanges do not lie beside the repository (../shared/contract).
describe.skipIf(!contractPresent)("the recorded uploads", () => {
  it.each(scenarios("upload-corpus"))("%s: a version comes back as the real server gives it", (scenario) => {
    const uploaded = new Map<string, string>();
    let compared = 0;
    for (const { request, capture, response } of recordedSteps(scenario)) {
      for (const name of Object.keys(capture ?? {})) uploaded.set(`\${${name}}`, request.multipart?.file ?? "");
      for (const version of response.body.pipeline_versions ?? []) {
        const file = uploaded.get(version.pipeline_id) as string;
        expect(pipelineSpecToStruct(parsePipelineDocuments(sharedText(`contract/${file}`))), file).toEqual(
          version.pipeline_spec,
        );
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  it.each([...recordedSteps("upload-formats"), ...recordedSteps("upload-invalid-files")].filter(isTextUpload))(
    "$name is answered as recorded",
    ({ request, response, match }) => {
      const text = sharedText(`contract/${request.multipart?.file}`);
      if (response.status === 200) {
        expect(parsePipelineDocuments(text).pipelineSpec.pipelineInfo?.name).toBe("echo");
        return;
      }
      const [beginning = ""] = (match?.errorMessage ?? "").split("<any>");
      expect(refusalOf(text).message.startsWith(beginning)).toBe(true);
    },
  );
});

/** Only a file that is called YAML or JSON reaches the reader as a text. */
function isTextUpload({ request }: RecordedStep): boolean {
  return /\.(ya?ml|json)$/.test(request.multipart?.filename ?? "");
}

describe("the documents of a package", () => {
  const platform = "platforms: {kubernetes: {deploymentSpec: {executors: {exec-echo: {imagePullPolicy: Always}}}}}";

  it("are a pipeline, and with it settings for Kubernetes in either order", () => {
    const settings = {
      platforms: { kubernetes: { deploymentSpec: { executors: { "exec-echo": { imagePullPolicy: "Always" } } } } },
    };
    const expected = { pipelineSpec: echoPipeline(), platformSpec: settings };
    expect(parsePipelineDocuments(`${toYaml({ pipelineSpec: echoPipeline() })}---\n${platform}\n`)).toEqual(expected);
    expect(parsePipelineDocuments(`${platform}\n---\n${echo}\n`)).toEqual(expected);
  });

  it("may be empty, or for another platform, and then mean nothing", () => {
    const text = `---\n---\n${echo}\n---\nplatforms: {cray: {platform: x}}\n---\nfoo: bar\n---\n`;
    expect(parsePipelineDocuments(text)).toEqual({ pipelineSpec: echoPipeline() });
  });

  it.each([
    ["two pipelines", `---\n${echo}\n---\n${echo}`, "multiple pipeline specs provided"],
    ["two of settings", `---\n${echo}\n---\n${platform}\n---\n${platform}`, "multiple platform specs provided"],
    [
      "a bare text beside a pipeline",
      `---\n${echo}\n---\nhello`,
      "unable to decode yaml document: document 2 is no mapping",
    ],
    [
      "settings that can not be read",
      `---\n${echo}\n---\nplatforms: {kubernetes: {deploymentspec: {}}}`,
      "invalid platform spec: platforms.kubernetes.deploymentspec: unknown field; known are deploymentSpec, platform, config, pipelineConfig",
    ],
  ])("are refused: %s", (_, text, message) =>
    expect(refusalOf(text)).toMatchObject({ code: "INVALID_ARGUMENT", message }),
  );

  it.each([
    ["nothing", "", "there is no document with a pipeline"],
    ["a comment", "# nothing\n", "there is no document with a pipeline"],
    ["a text", "hello", 'must be a mapping, and is the text "hello"'],
    ["something else", "foo: bar", "foo: unknown field; known are pipelineInfo,"],
    ["no root", JSON.stringify(echoPipeline({ root: undefined })), "root: the pipeline has no root component"],
    ["no name", JSON.stringify(echoPipeline({ pipelineInfo: {} })), "pipelineInfo.name: the pipeline has no name"],
    ["two that are none", "a: 1\n---\nb: 2", "document 1: a: unknown field"],
  ])("are of an unknown format: %s; the cause says why", (_, text, cause) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", message: "unknown template format" });
    expect((refusal.cause as Error).message).toContain(cause);
  });

  it("of an Argo Workflow are refused with the way to compile it again", () => {
    const { code, message } = refusalOf("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {}") as {
      code?: string;
      message: string;
    };
    expect(code).toBe("INVALID_ARGUMENT");
    expect(message).toMatch(/Argo Workflow.*v1.*not supported here.*kfp dsl compile/s);
  });

  it.each([
    ["2.0.0", "KFP only supports schema version 2.1.0, but the pipeline spec has version 2.0.0"],
    [undefined, "KFP only supports schema version 2.1.0, but the pipeline spec has version "],
  ])("have schema version 2.1.0 and not %s", (schemaVersion, message) => {
    expect(refusalOf(JSON.stringify(echoPipeline({ schemaVersion }))).message).toBe(message);
  });

  it.each(["Bad_Name", "a b", "-a", "a.b", "é", "a\n"])("do not name the pipeline %j", (name) => {
    expect(refusalOf(JSON.stringify(echoPipeline({ pipelineInfo: { name } }))).message).toBe(
      "pipeline's name must contain only lowercase alphanumeric characters or '-' and must start with alphanumeric characters",
    );
  });

  it("name the pipeline with at most 128 characters", () => {
    const named = (length: number) => JSON.stringify(echoPipeline({ pipelineInfo: { name: "a".repeat(length) } }));
    expect(parsePipelineDocuments(named(128)).pipelineSpec.pipelineInfo?.name).toHaveLength(128);
    expect(refusalOf(named(129)).message).toBe("pipeline's name must contain no more than 128 characters");
  });
});
