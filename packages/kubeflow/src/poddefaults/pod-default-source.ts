import type { PodDefault } from "./pod-default.ts";

/** Where the PodDefaults come from. What it gives is read at once, from memory. */
export interface PodDefaultSource {
  /** The PodDefaults of a namespace, by name as bytes sort; empty where there are none. */
  inNamespace(namespace: string): readonly PodDefault[];
  /** Whether everything that exists has been read once, and why not. Once ready, a source stays so. */
  readiness(): Readiness;
  /** Ends the following of changes. */
  close(): void;
}

/** Whether something can do its work yet. `reason`: a sentence for whoever waits, with what to do about it. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };
