import { allOperations, contentOperations, openApiDocument } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";

interface Schema {
  readonly [key: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters: ReadonlyArray<{ name: string; in: string; required?: boolean; schema: Schema }>;
  readonly requestBody?: { required: boolean; content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, Schema>>;
}

const document = openApiDocument({ version: "1.2.3" }) as {
  readonly openapi: string;
  readonly info: { version: string };
  readonly servers: ReadonlyArray<{ url: string }>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { schemas: Readonly<Record<string, Schema>>; responses: Readonly<Record<string, Schema>> };
};
const { schemas } = document.components;

const objectOf = (path: string, method: string): OperationObject => {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`${method} ${path} is not described.`);
  return found;
};

describe("the API document", () => {
  test("describes every operation, each under a name of its own", () => {
    const described = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(described).toHaveLength(allOperations.length + contentOperations.length);
    expect(new Set(described.map(({ operationId }) => operationId)).size).toBe(described.length);
    for (const { path } of contentOperations) expect(objectOf(path, "get")).toBeDefined();
    for (const { path, method } of allOperations) expect(objectOf(path, method.toLowerCase())).toBeDefined();
  });

  test("names the version, and the server where it is told", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" }, servers: [{ url: "/" }] });
    expect(openApiDocument({ version: "1", serverUrl: "http://localhost:3000" })).toMatchObject({
      servers: [{ url: "http://localhost:3000" }],
    });
  });

  test("refers to nothing that is not there, and has nothing that nobody refers to", () => {
    const text = JSON.stringify(document);
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)].map(([, kind, name]) => `${kind}/${name}`),
    );
    const there = Object.entries(document.components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `${kind}/${name}`),
    );
    expect([...references].filter((name) => !there.includes(name))).toEqual([]);
    expect(there.filter((name) => name.startsWith("schemas/") && !references.has(name))).toEqual([]);
  });

  test("takes no unknown field, in no message", () => {
    for (const [name, schema] of Object.entries(schemas)) expect(schema.additionalProperties, name).toBe(false);
  });

  test("tells what a request has to have from what an answer always has", () => {
    expect(schemas.ExperimentInput?.required).toEqual(["display_name"]);
    expect(schemas.ExperimentInput?.properties?.display_name).toMatchObject({
      type: "string",
      minLength: 1,
      maxLength: 128,
    });
    expect(schemas.ExperimentInput?.properties?.description?.type).toEqual(["string", "null"]);
    expect(schemas.Experiment?.required).toBeUndefined();
    expect(schemas.GetHealthzResponse?.required).toEqual(["multi_user"]);
  });

  test("spells fields as the wire does", () => {
    expect(Object.keys(schemas.ListRecurringRunsResponse?.properties ?? {})).toEqual([
      "recurringRuns",
      "total_size",
      "next_page_token",
    ]);
    expect(Object.keys(schemas.ListRunsResponse?.properties ?? {})).toEqual(["runs", "total_size", "next_page_token"]);
  });

  test("writes 64-bit numbers as text and reads them as either", () => {
    expect(schemas.RecurringRun?.properties?.max_concurrency).toMatchObject({ type: "string", format: "int64" });
    expect(schemas.RecurringRunInput?.properties?.max_concurrency).toMatchObject({
      type: ["integer", "string", "null"],
      format: "int64",
    });
  });

  test("takes names and numbers of a choice, and writes names that mean something", () => {
    expect(schemas.RecurringRun?.properties?.mode?.enum).toEqual(["ENABLE", "DISABLE"]);
    expect(schemas.RecurringRunInput?.properties?.mode?.enum).toEqual([
      "MODE_UNSPECIFIED",
      "ENABLE",
      "DISABLE",
      0,
      1,
      2,
      null,
    ]);
  });

  test("leaves free-form objects free", () => {
    expect(schemas.Run?.properties?.pipeline_spec).toMatchObject({ type: "object", additionalProperties: true });
    expect(schemas.RuntimeConfig?.properties?.parameters).toMatchObject({
      type: "object",
      additionalProperties: {},
    });
  });

  test("names the parameters of path and query", () => {
    const { parameters } = objectOf("/apis/v2beta1/pipelines/{pipeline_id}/versions", "get");
    expect(parameters.map(({ name, in: where }) => `${where} ${name}`)).toEqual([
      "path pipeline_id",
      "query page_token",
      "query page_size",
      "query sort_by",
      "query filter",
    ]);
    expect(parameters.find(({ name }) => name === "page_size")?.schema).toMatchObject({ type: "integer", minimum: 0 });
    const upload = objectOf("/apis/v2beta1/pipelines/upload_version", "post");
    expect(upload.parameters.find(({ name }) => name === "pipelineid")).toMatchObject({ in: "query", required: true });
  });

  test("takes a file where there is an upload, JSON where there is a body, else nothing", () => {
    const upload = objectOf("/apis/v2beta1/pipelines/upload", "post").requestBody;
    expect(upload?.content["multipart/form-data"]?.schema).toMatchObject({ required: ["uploadfile"] });
    expect(objectOf("/apis/v2beta1/runs", "post").requestBody?.content).toEqual({
      "application/json": { schema: { $ref: "#/components/schemas/RunInput" } },
    });
    expect(objectOf("/apis/v2beta1/runs/{run_id}:archive", "post").requestBody).toBeUndefined();
    expect(objectOf("/apis/v2beta1/pipelines/{pipeline_id}", "patch").requestBody?.required).toBe(false);
  });

  test("lists every status that can answer", () => {
    const statuses = (path: string, method: string) => Object.keys(objectOf(path, method).responses);
    expect(statuses("/apis/v2beta1/runs", "get")).toEqual([
      "200",
      "400",
      "403",
      "404",
      "408",
      "421",
      "431",
      "500",
      "501",
      "503",
    ]);
    expect(statuses("/apis/v2beta1/runs", "post")).toEqual(expect.arrayContaining(["409", "413", "429"]));
  });

  test("gives uploads a refusal of their own", () => {
    const { responses } = objectOf("/apis/v2beta1/pipelines/upload", "post");
    expect(responses["400"]).toEqual({ $ref: "#/components/responses/UploadRefused400" });
    expect(Object.keys(document.components.responses.UploadRefused400?.content as object)).toEqual([
      "application/json",
      "text/plain",
    ]);
  });
});
