/**
 * Who stands behind a request. The name is what access is reviewed for, and nothing else: upstream asks without the
 * groups of a caller, so that a right that was given to a group has no effect.
 */
export interface Identity {
  /** As Kubernetes writes it: `user@example.com`, `system:serviceaccount:team-a:default-editor`. */
  readonly user: string;
}

/** How a request came to the server, as far as that can make a header trustworthy. */
export type Arrival =
  | { readonly by: "tcp"; readonly fromLoopback: boolean }
  | { readonly by: "unix socket" }
  /** With a client certificate that a configured authority has signed; the names are its subject's and its alternative ones. */
  | { readonly by: "mutual TLS"; readonly names: readonly string[] }
  /** From a gateway in this process, which says as a value whom it has logged in; undefined where nobody is. */
  | { readonly by: "this process"; readonly user: string | undefined };

/** What a request says of who sent it. */
export interface Claims {
  /** Every value of a header, in the order sent, untrimmed; empty where it was not sent. Names are in lower case. */
  header(name: string): readonly string[];
  readonly arrival: Arrival;
}

/** What came of looking at claims. `absent`: they are not of the kind that this authenticator reads. */
export type Authentication =
  | { readonly outcome: "known"; readonly identity: Identity }
  | { readonly outcome: "absent" | "refused"; readonly reason: string };

/** Tells who stands behind a request. */
export interface Authenticator {
  /** @throws ReviewUnavailableError where it cannot be found out now. */
  authenticate(claims: Claims): Promise<Authentication>;
}
