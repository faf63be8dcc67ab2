import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import type { BearerTokens } from "./bearer/bearer-tokens.ts";
import type { Logins } from "./login/logins.ts";
import type { BrowserSessions } from "./sessions/browser-sessions.ts";
import type { Visitor } from "./upstream.ts";

/** A request, as the gateway sees it. */
export interface GatewayRequest {
  readonly incoming: IncomingMessage;
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Whether it came over HTTPS, here or at what stands before us. */
  readonly secure: boolean;
  /** How the browser calls us: `http://localhost:8080`. */
  readonly origin: string;
  /** Whether a browser says that it comes from the page of another site. */
  readonly isCrossSite: boolean;
}

/** What the behaviour of a generation is made of. */
export interface GenerationParts {
  readonly sessions: BrowserSessions;
  readonly logins: Logins;
  readonly bearer: BearerTokens;
  /** Where the sign-in form leads beside here: "any" where the identity provider is elsewhere, and may send people on. */
  readonly formOrigins: readonly string[] | "any";
}

/** What came of the question who is there: let in, handed on without anybody, or answered. */
export type Admission = { readonly visitor: Visitor | { readonly user: undefined } } | { readonly answer: Answer };

/** How the gateway of one generation of Kubeflow behaves. */
export interface Generation {
  /** Answers what is the gateway's own; undefined for all other paths. */
  answer(request: GatewayRequest): Promise<Answer> | undefined;
  /** Who is there, for everything else. */
  admit(request: GatewayRequest): Promise<Admission>;
}

/** What a generation calls things. */
export interface GenerationNames {
  readonly sessionCookie: string;
  readonly browserCookie: string;
  readonly callbackPath: string;
}

/** All that differs between the generations. */
export interface GenerationOfGateways {
  readonly names: GenerationNames;
  /** Paths that a browser may be sent to from another site, where the identity provider is one. */
  readonly crossSitePaths: readonly string[];
  /** Makes its behaviour. */
  create(parts: GenerationParts): Generation;
}
