/** What the document says of the server that serves it. */
export interface OpenApiOptions {
  readonly version: string;
  /** Where the API is; relative to the document's own place by default. */
  readonly serverUrl?: string | undefined;
}

/** An OpenAPI document, as JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the API, made from the tables. */
export function openApiDocument({ version, serverUrl = "/" }: OpenApiOptions): OpenApiDocument {
  return {
    openapi: "3.1.0",
    info: { title: "Kubeflow Pipelines API", version },
    servers: [{ url: serverUrl }],
    paths: {},
  };
}
