import type { AnyOperation } from "../operations/operation.ts";
import type { Schema } from "./schema.ts";

/** Sent with every answer. */
export const requestIdHeader: Schema = {
  "x-request-id": {
    description: "The id of the request, as the server's log has it; the one that the request brought where it did.",
    schema: { type: "string" },
  },
};

const CODE = { type: "integer", description: "The gRPC code.", minimum: 1, maximum: 16 } as const;

/** The schemas of refusals. */
export const refusalSchemas: Readonly<Record<string, Schema>> = {
  Error: {
    type: "object",
    description: "A refusal.",
    properties: {
      code: CODE,
      message: { type: "string", description: "What is wrong." },
      details: {
        type: "array",
        items: {
          type: "object",
          properties: { "@type": { type: "string" }, code: CODE, message: { type: "string" } },
          required: ["@type", "code", "message"],
          additionalProperties: false,
        },
      },
    },
    required: ["code", "message"],
    additionalProperties: false,
  },
  UploadError: {
    type: "object",
    description: "A refused upload.",
    properties: {
      error_message: { type: "string", description: "What is wrong, in words that clients know." },
      error_details: { type: "string", description: "What exactly is wrong, and what to do." },
    },
    required: ["error_message", "error_details"],
    additionalProperties: false,
  },
};

interface Refusal {
  readonly status: number;
  readonly description: string;
  readonly when: (operation: AnyOperation) => boolean;
}

const always = (): boolean => true;
const sendsBody = ({ body, upload }: AnyOperation): boolean => body !== undefined || upload;

const REFUSALS: readonly Refusal[] = [
  { status: 400, description: "The request can never be right: it says so, and why.", when: always },
  { status: 403, description: "A web page of another origin may not use the server.", when: always },
  { status: 404, description: "What it is about is not there.", when: always },
  { status: 408, description: "The request took too long to arrive.", when: always },
  {
    status: 409,
    description: "Something else has the name or the id, or what it is about is in a state that does not allow it.",
    when: ({ method }) => method !== "GET",
  },
  { status: 413, description: "The body is too large.", when: sendsBody },
  { status: 421, description: "The Host header names another server.", when: always },
  { status: 429, description: "Too much is being sent to the server at once.", when: sendsBody },
  { status: 431, description: "The headers are too large.", when: always },
  { status: 500, description: "The server failed; its log has the cause under the request id.", when: always },
  { status: 501, description: "The path is known, but not with this method.", when: always },
  { status: 503, description: "The database cannot be reached or is busy.", when: always },
];

const JSON_ERROR = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } as const;
const PLAIN = { "text/plain": { schema: { type: "string" } } } as const;
/** Before anything is known of the request, or of its path, there is nothing to put the refusal into. */
const ALSO_PLAIN = new Set([400, 408]);
const ONLY_PLAIN = new Set([431]);
/** Nothing is sent there that could be too large, or in conflict with anything. */
const CONTENT_REFUSALS = new Set([400, 403, 404, 408, 421, 431, 500, 501, 503]);

/** The refusals that can answer an operation, by status. */
export function refusalsOf(operation: AnyOperation): Readonly<Record<string, Schema>> {
  const responses: Record<string, Schema> = {};
  for (const { status, when } of REFUSALS) {
    if (when(operation))
      responses[status] = { $ref: `#/components/responses/${responseName(status, operation.upload)}` };
  }
  return responses;
}

/** The refusals that can answer where a content is read: in the shape of uploads, as upstream has them. */
export const contentRefusals: Readonly<Record<string, Schema>> = Object.fromEntries(
  REFUSALS.filter(({ status }) => CONTENT_REFUSALS.has(status)).map(({ status }) => [
    status,
    { $ref: `#/components/responses/${responseName(status, true)}` },
  ]),
);

/** Every refusal there is, to be referred to: those of uploads have a shape of their own. */
export const refusalResponses: Readonly<Record<string, Schema>> = Object.fromEntries(
  REFUSALS.flatMap(({ status, description }) =>
    [false, true].map((upload) => {
      const content = upload ? uploadContent(status) : contentOf(status);
      return [responseName(status, upload), { description, headers: requestIdHeader, content }];
    }),
  ),
);

function responseName(status: number, upload: boolean): string {
  return upload ? `UploadRefused${status}` : `Refused${status}`;
}

function contentOf(status: number): Schema {
  if (ONLY_PLAIN.has(status)) return PLAIN;
  return ALSO_PLAIN.has(status) ? { ...JSON_ERROR, ...PLAIN } : JSON_ERROR;
}

/** Upstream sends the JSON of most refused uploads as text; what the guard refuses has the shape of all the others. */
function uploadContent(status: number): Schema {
  if (ONLY_PLAIN.has(status)) return PLAIN;
  const schemas = ["UploadError", "Error"].map((name) => ({ $ref: `#/components/schemas/${name}` }));
  return { "application/json": { schema: { anyOf: schemas } }, ...PLAIN };
}
