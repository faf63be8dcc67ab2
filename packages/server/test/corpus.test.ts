import { existsSync, readdirSync, readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, exchange } from "./contract/exchange.ts";
import type { RecordedRequest } from "./contract/scenario.ts";
import { type ServerUnderTest, serverUnderTest } from "./contract/server-under-test.ts";

const corpus = new URL("../../../../shared/corpus/ir/", import.meta.url);
const present = existsSync(corpus);

function filesOf(folder: string): string[] {
  return present ? readdirSync(new URL(`${folder}/`, corpus)).map((file) => `${folder}/${file}`) : [];
}

/**
 * The documents of a YAML file. PyYAML writes the lines of a long text in a list under its dash, which js-yaml takes for
 * too little indentation; such a line is moved by two spaces, which has no meaning inside a quoted text.
 */
function documentsOf(text: string): unknown[] {
  return loadAll(text.replace(/^( +)("Else":)/gm, "$1  $2"));
}

/** What each of the invalid files is refused with. */
const refusals: Readonly<Record<string, RegExp>> = {
  "invalid/empty_file.yaml": /no document with a pipeline/,
  "invalid/empty_zip.zip": /zip archive/,
  "invalid/invalid-zip.zip": /unknown field|no mapping|unknown template format: ./,
  "invalid/invalid_yaml.yaml": /unknown field|mapping/,
  "invalid/no_name.yaml": /pipelineInfo\.name: the pipeline has no name/,
  "invalid/wrong_format.png": /expected a name that ends in \.yaml, \.yml or \.json, a zip archive or a \.tar\.gz/,
};

// The corpus of compiled pipelines is shared with the project beside its repository; a clone alone does not have it.
describe.skipIf(!present)("a compiled pipeline of the corpus", () => {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await serverUnderTest();
  });
  afterAll(() => server.close());

  const call = (request: RecordedRequest): Promise<Answer> => exchange(server.origin, request, new Map());
  const upload = (file: string): Promise<Answer> =>
    call({
      method: "POST",
      path: "/apis/v2beta1/pipelines/upload",
      query: { name: file },
      multipart: {
        filename: file.slice(file.indexOf("/") + 1),
        base64: readFileSync(new URL(file, corpus)).toString("base64"),
      },
    });

  it.each([...filesOf("valid"), ...filesOf("failing")])(
    "uploads and comes back with the same meaning: %s",
    async (file) => {
      const pipeline = (await upload(file)) as { status: number; body: { pipeline_id: string } };
      expect(pipeline).toMatchObject({ status: 200 });
      const { pipeline_id: id } = pipeline.body;
      const { body } = await call({ method: "GET", path: `/apis/v2beta1/pipelines/${id}/versions` });
      const [version] = (body as { pipeline_versions: Array<{ pipeline_spec: unknown }> }).pipeline_versions;
      const [pipelineSpec, platformSpec] = documentsOf(readFileSync(new URL(file, corpus), "utf8"));
      const sent = platformSpec ? { pipeline_spec: pipelineSpec, platform_spec: platformSpec } : pipelineSpec;
      expect(otherMeanings(sent, version?.pipeline_spec)).toEqual([]);
    },
  );

  it.each(filesOf("invalid"))("is refused with what is wrong with it, and nothing is stored: %s", async (file) => {
    const refusal = await upload(file);
    expect(refusal.status).toBe(400);
    const { error_details: details } = refusal.body as { error_details: string };
    expect(details).toMatch(refusals[file] ?? /: ./);
    const filter = JSON.stringify({ predicates: [{ operation: "EQUALS", key: "name", string_value: file }] });
    const { body } = await call({ method: "GET", path: "/apis/v2beta1/pipelines", query: { filter } });
    expect(body).toEqual({});
  });
});

/** The fields whose values are the caller's own: in them, nothing is a default. */
const OWN_VALUES = new Set(["constant", "defaultValue", "literals", "metadata", "deploymentSpec"]);

/** The places where two compiled pipelines differ in meaning: what is absent has its default. */
function otherMeanings(sent: unknown, got: unknown, path = "$", own = false): string[] {
  if (Array.isArray(sent) && Array.isArray(got) && sent.length === got.length) {
    return sent.flatMap((item, index) => otherMeanings(item, got[index], `${path}[${index}]`, own));
  }
  if (!isMapping(sent) || !isMapping(got)) return sent === got ? [] : [`${path}: ${JSON.stringify([sent, got])}`];
  return [...new Set([...Object.keys(sent), ...Object.keys(got)])].flatMap((key) => {
    const at = `${path}.${key}`;
    if (key in sent && key in got) return otherMeanings(sent[key], got[key], at, own || OWN_VALUES.has(key));
    const only = key in sent ? sent[key] : got[key];
    return !own && isDefault(only) ? [] : [`${at}: only in ${key in sent ? "the file" : "the answer"}`];
  });
}

function isDefault(value: unknown): boolean {
  return value === false || value === 0 || value === "" || value === null;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
