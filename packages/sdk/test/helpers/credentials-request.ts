import type { CredentialsRequest } from "../../src/index.ts";

/** What credentials are asked for, by a client that sends nothing. */
export function credentialsRequest(change: Partial<CredentialsRequest> = {}): CredentialsRequest {
  return {
    method: "GET",
    url: "http://x/apis/v2beta1/experiments",
    endpoint: "http://x",
    transport: { send: () => Promise.reject(new Error("nothing is sent here")) },
    signal: AbortSignal.timeout(10_000),
    ...change,
  };
}
