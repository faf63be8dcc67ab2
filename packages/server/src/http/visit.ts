import type { IncomingMessage } from "node:http";

/** What a gateway in this process tells of a person who looks at the page. */
export interface Visit {
  /** The namespaces of the profiles that the person owns. */
  readonly namespaces: readonly string[];
  /** How the person's browser calls the gateway: `https://kubeflow.example.com`, where a proxy ends HTTPS before it. */
  readonly url: string;
  /** Where the person logs out, at the gateway: a path. */
  readonly signOut: string;
}

const visits = new WeakMap<IncomingMessage, () => Visit>();

/** Notes what a gateway tells of whoever sends a request; it is asked when a page is made. */
export function noteVisit(incoming: IncomingMessage, visit: () => Visit): void {
  visits.set(incoming, visit);
}

/** What a gateway has told of whoever sends a request; undefined where none has. */
export function visitOf(incoming: IncomingMessage): Visit | undefined {
  return visits.get(incoming)?.();
}
