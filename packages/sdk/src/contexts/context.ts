import type { CredentialsDescription } from "../credentials/credentials-description.ts";

/** How a context's endpoint knows who is asking: as the SDK has it, or with what Python's client keeps for itself. */
export type ContextCredentials = CredentialsDescription | { readonly kind: "python" };

/** A Kubeflow Pipelines that somebody has given a name to. */
export interface Context {
  /** What stands before `/apis`, as a client writes it. Everything else here is for this endpoint alone. */
  readonly endpoint: string;
  readonly namespace?: string | undefined;
  readonly credentials?: ContextCredentials | undefined;
  readonly tls?:
    | { readonly caFile?: string | undefined; readonly insecureSkipVerify?: boolean | undefined }
    | undefined;
}

/** What the configuration of a user says. */
export interface Config {
  /** The name of the context that is used where nothing else is said. */
  readonly current: string | undefined;
  readonly contexts: ReadonlyMap<string, Context>;
}

/** What there is before anything was saved. */
export const emptyConfig: Config = { current: undefined, contexts: new Map() };
