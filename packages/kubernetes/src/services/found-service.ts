/** A service that was found in a cluster. */
export interface FoundService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly {
    readonly name: string | undefined;
    readonly port: number;
  }[];
}

/** What came of looking for services. */
export interface FoundServices {
  readonly services: readonly FoundService[];
  /** The namespaces that were looked into; undefined for all of them. */
  readonly namespaces: readonly string[] | undefined;
  /** Why not all namespaces were looked into, where the cluster does not allow to list them together. */
  readonly refusal: Error | undefined;
}
