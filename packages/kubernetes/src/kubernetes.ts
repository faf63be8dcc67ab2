/** How a cluster was found. */
export interface ClusterAccess {
  readonly source: "kubeconfig" | "in-cluster";
  /** The name of the context; undefined in a pod. */
  readonly context: string | undefined;
  /** Where the Kubernetes API is: `https://127.0.0.1:6443`. */
  readonly server: string;
  /** The namespace of the context, or the pod's own. */
  readonly namespace: string | undefined;
}

/** One call of the Kubernetes API. */
export interface KubernetesCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the server's root: `/api/v1/namespaces/team-a/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly body?: unknown;
  /** @default "application/json" */
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds. @default 10 000 */
  readonly timeoutMs?: number | undefined;
}

/** A call of the Kubernetes API that becomes a connection in both directions. */
export interface UpgradeCall extends Pick<KubernetesCall, "path" | "query" | "signal" | "timeoutMs"> {
  /** What is to be spoken over the connection: `v4.channel.k8s.io`. */
  readonly protocol: string;
}

/**
 * Messages in both directions (a WebSocket). It begins at rest: nothing is given before `listen`. It does not keep the
 * process from ending.
 */
export interface MessageConnection {
  /** What was sent and has not left this process, in bytes. */
  readonly waitingBytes: number;
  /** @param left - Called when the message has left this process, or never will. */
  send(message: Uint8Array, left?: () => void): void;
  /** Has what comes given to a listener, who is the only one. */
  listen(listener: MessageListener): void;
  /** No more is given until `resume`. */
  pause(): void;
  resume(): void;
  /** Asks the other side for a sign of life, which the listener is told. */
  ping(): void;
  /** Ends it after what was sent has left. */
  close(): void;
  /** Ends it at once. */
  destroy(): void;
}

/** Who is told what comes over a connection. */
export interface MessageListener {
  message(message: Buffer): void;
  /** The other side has answered a ping. */
  alive(): void;
  /** It has ended, and this is the last that is told. `error`: it broke; undefined where one side has closed it. */
  ended(error: Error | undefined): void;
}

/** Any object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** The metadata of an object, as far as it is looked at here. */
export interface ObjectMeta {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly [field: string]: unknown;
}

/** A change of a watched resource. `synced`: everything that existed when the watch began has been given. */
export type WatchEvent<T> =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: T }
  | { readonly type: "synced" }
  /** The connection is lost or refused; the watch goes on by itself, and this is only to be told. */
  | { readonly type: "interrupted"; readonly error: Error };

/** A Kubernetes cluster that can be asked. */
export interface Kubernetes {
  readonly access: ClusterAccess;
  /** @throws KubernetesError for an answer that is no success, and where there is none. */
  call<T>(call: KubernetesCall): Promise<T>;
  /**
   * Opens a connection in both directions: to a port of a pod, by `/api/v1/namespaces/NS/pods/POD/portforward`.
   *
   * @throws KubernetesError where the call is refused, or not answered.
   */
  upgrade(call: UpgradeCall): Promise<MessageConnection>;
  /**
   * Lists a collection, then follows it until `signal` aborts. Connections that break are made anew, from where they
   * were where the server still knows that, else by listing again: then what has vanished is given as `deleted`.
   *
   * @param path - Of the collection: `/apis/kubeflow.org/v1alpha1/poddefaults`.
   */
  watch<T extends KubernetesObject>(
    path: string,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>>;
  /** Ends idle connections. */
  close(): void;
}
