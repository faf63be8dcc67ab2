import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("server");

/** The API, or what stands before it, failed. */
export const serverErrors = {
  LOGIN_UNAVAILABLE: entry(
    "Nobody can log in at the moment",
    "The identity provider, what it asks (such as LDAP), or the service that guards the gateway is not available or asks to wait.",
    "Try again later; look whether the pods of the identity provider and of the gateway's auth service are ready.",
    true,
  ),
  RATE_LIMITED: entry("Too many requests", "The server asks to slow down.", "Wait and try again.", true),
  SERVER_ERROR: entry(
    "The server failed",
    "An error within the server.",
    "Look into the server's log; the request id finds the line.",
  ),
  SERVER_UNAVAILABLE: entry(
    "The server is not available",
    "The API, or what it needs, is not up at the moment; or a proxy before it cannot reach it.",
    "Try again later; look whether the pods of the deployment are ready.",
    true,
  ),
  UPSTREAM_FAILED: entry(
    "The mesh cannot reach the API",
    "A proxy of the service mesh got no connection to the API (upstream connect error): no pod is ready, or one side has a sidecar and the other has none.",
    "Look whether the pods of the deployment are ready. Where they are, have both sides in the mesh (a sidecar in your pod, and in those of the deployment), or go through the gateway.",
    true,
  ),
  GATEWAY_TIMEOUT: entry(
    "The gateway gave up waiting",
    "A proxy before the API got no answer in its time. The request may have had its effect all the same.",
    "Try again; after a request that creates something, look for it first.",
    true,
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
