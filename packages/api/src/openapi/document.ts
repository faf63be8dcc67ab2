import type { AnyMessage } from "../messages/field.ts";
import { allOperations } from "../operations/index.ts";
import { contentOperations } from "../operations/run-contents.ts";
import { contentObject, operationObject } from "./path-item.ts";
import { refusalResponses, refusalSchemas } from "./refusals.ts";
import { type Direction, messageSchema, type Schema, schemaName } from "./schema.ts";

/** What the document says of the server that serves it. */
export interface OpenApiOptions {
  readonly version: string;
  /** In front of every path. @default "/", the root of whichever server serves the document */
  readonly serverUrl?: string | undefined;
}

/** An OpenAPI document, as JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

const DESCRIPTION = [
  "The API of Kubeflow Pipelines, version v2beta1, with what clients still ask of v1beta1.",
  "Field names are snake_case; requests may use camelCase as well. Answers leave out zero values: empty texts, zero,",
  "false, empty lists. Unknown fields of a request are refused; unknown parameters of a query are not looked at.",
].join(" ");

/**
 * Makes the OpenAPI 3.1 document of the API. It says the same as the server does, because both come from the tables:
 * one schema of each message for requests, one for answers, and every status that can answer an operation.
 */
export function openApiDocument({ version, serverUrl = "/" }: OpenApiOptions): OpenApiDocument {
  const schemas: Record<string, Schema> = { ...refusalSchemas };
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of allOperations) {
    addSchemas(schemas, operation.response, "response");
    if (operation.body !== undefined) addSchemas(schemas, operation.body, "request");
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: operationObject(operation) };
  }
  for (const operation of contentOperations) paths[operation.path] = { get: contentObject(operation) };
  return {
    openapi: "3.1.0",
    info: {
      title: "Kubeflow Pipelines API",
      version,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(allOperations.map(({ id }) => id.split(".")[0]))].map((name) => ({ name })),
    paths,
    components: { schemas, responses: refusalResponses },
  };
}

function addSchemas(schemas: Record<string, Schema>, message: AnyMessage, direction: Direction): void {
  const name = schemaName(message, direction);
  if (schemas[name] !== undefined) return;
  const { schema, uses } = messageSchema(message, direction);
  schemas[name] = schema;
  for (const used of uses) addSchemas(schemas, used, direction);
}
