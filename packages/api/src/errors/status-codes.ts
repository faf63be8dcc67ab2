/**
 * The gRPC status codes that Kubeflow Pipelines answers with, and the HTTP status of each
 * (the mapping of grpc-gateway, with which `ml-pipeline` translates its answers).
 */
export const statusCodes = {
  CANCELLED: { grpc: 1, http: 499 },
  UNKNOWN: { grpc: 2, http: 500 },
  INVALID_ARGUMENT: { grpc: 3, http: 400 },
  DEADLINE_EXCEEDED: { grpc: 4, http: 504 },
  NOT_FOUND: { grpc: 5, http: 404 },
  ALREADY_EXISTS: { grpc: 6, http: 409 },
  PERMISSION_DENIED: { grpc: 7, http: 403 },
  RESOURCE_EXHAUSTED: { grpc: 8, http: 429 },
  FAILED_PRECONDITION: { grpc: 9, http: 400 },
  ABORTED: { grpc: 10, http: 409 },
  OUT_OF_RANGE: { grpc: 11, http: 400 },
  UNIMPLEMENTED: { grpc: 12, http: 501 },
  INTERNAL: { grpc: 13, http: 500 },
  UNAVAILABLE: { grpc: 14, http: 503 },
  DATA_LOSS: { grpc: 15, http: 500 },
  UNAUTHENTICATED: { grpc: 16, http: 401 },
} as const;

/** The name of a status code, as gRPC spells it. */
export type StatusCode = keyof typeof statusCodes;

const byNumber = new Map<number, StatusCode>(
  (Object.keys(statusCodes) as StatusCode[]).map((name) => [statusCodes[name].grpc, name]),
);

/** The name of a numeric gRPC code, or undefined where gRPC has none of that number. */
export function statusCodeOfNumber(code: number): StatusCode | undefined {
  return byNumber.get(code);
}
