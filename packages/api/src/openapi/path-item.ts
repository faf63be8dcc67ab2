import { wireName } from "../codec/names.ts";
import type { Field, Kind } from "../messages/field.ts";
import type { Access, AnyOperation } from "../operations/operation.ts";
import type { ContentOperation } from "../operations/run-contents.ts";
import { contentRefusals, refusalsOf, requestIdHeader } from "./refusals.ts";
import { kindSchema, type Schema, schemaName } from "./schema.ts";

/** The forms in which Go, and so upstream, reads a flag out of a query. */
const FLAGS = ["1", "t", "T", "TRUE", "True", "0", "f", "F", "FALSE", "False"];

/** One operation of the document. */
export function operationObject(operation: AnyOperation): Schema {
  const { id, path, summary, response, access } = operation;
  return {
    ...introduction(id, summary, access),
    parameters: [...pathParameters(path), ...queryParameters(operation)],
    ...requestBody(operation),
    responses: {
      200: {
        description: "Done.",
        headers: requestIdHeader,
        content: { "application/json": { schema: { $ref: ref(schemaName(response, "response")) } } },
      },
      ...refusalsOf(operation),
    },
  };
}

/** One operation of the document that answers with a content. */
export function contentObject(operation: ContentOperation): Schema {
  const { id, path, summary, access, mediaType } = operation;
  return {
    ...introduction(id, summary, access),
    parameters: [...pathParameters(path), ...queryParameters(operation)],
    responses: {
      200: {
        description: "Done.",
        headers: requestIdHeader,
        content: { [mediaType]: { schema: contentSchema(mediaType) } },
      },
      ...contentRefusals,
    },
  };
}

function contentSchema(mediaType: ContentOperation["mediaType"]): Schema {
  if (mediaType === "text/plain") return { type: "string" };
  if (mediaType === "application/octet-stream") return { type: "string", format: "binary" };
  const data = { type: "string", contentEncoding: "base64", description: "The content." };
  return { type: "object", properties: { data }, required: ["data"], additionalProperties: false };
}

function introduction(id: string, summary: string, access: Access | "anyone"): Schema {
  const [resource = ""] = id.split(".");
  return {
    operationId: id.replace(".", "_"),
    tags: [resource],
    summary,
    ...(access !== "anyone" && {
      description: `Access that it needs where there is more than one user: ${access.verb} on ${access.resource}.${access.group}.`,
    }),
  };
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1 },
  }));
}

function queryParameters({ query }: Pick<AnyOperation, "query">): Schema[] {
  return Object.entries(query).map(([name, field]) => ({
    name: wireName(name, field),
    in: "query",
    description: field.doc,
    ...(field.inRequest === "required" && { required: true }),
    schema: querySchema(name, field),
  }));
}

/** A query is text: what stands there is read as leniently as upstream does. */
function querySchema(name: string, { kind, inRequest }: Field): Schema {
  if (kind.type === "flag") return { anyOf: [{ type: "boolean" }, { enum: FLAGS }] };
  if (name === "pageSize") return { ...numberSchema(kind), minimum: 0 };
  if (kind.type === "int32" || kind.type === "int64") return numberSchema(kind);
  if (kind.type === "text" && inRequest === "required") return { type: "string", minLength: 1 };
  return kindSchema(kind, "request");
}

function numberSchema(kind: Kind): Schema {
  return kindSchema(kind.type === "int64" ? { type: "int64" } : { type: "int32" }, "response");
}

/** An empty body is an empty object, and only a PATCH can mean that. */
function requestBody({ method, body, upload }: AnyOperation): Schema {
  if (upload) {
    const file = {
      type: "string",
      format: "binary",
      description: "A compiled pipeline: YAML, JSON, a zip or a tarball.",
    };
    const schema = { type: "object", properties: { uploadfile: file }, required: ["uploadfile"] };
    return { requestBody: { required: true, content: { "multipart/form-data": { schema } } } };
  }
  if (body === undefined) return {};
  const schema = { $ref: ref(schemaName(body, "request")) };
  return { requestBody: { required: method !== "PATCH", content: { "application/json": { schema } } } };
}

function ref(name: string): string {
  return `#/components/schemas/${name}`;
}
