import type { IncomingMessage, ServerResponse } from "node:http";
import { emptyAnswer, sendAnswer } from "./answer.ts";

/** Whom the gateway has let in. */
export interface Visitor {
  /** As Kubeflow calls them: an e-mail address, or `system:serviceaccount:<namespace>:<name>`. */
  readonly user: string;
  /** The token that says so, where there is one: an id token of the identity provider, or a service account's. */
  readonly token: string | undefined;
}

/**
 * To whom the gateway hands on what it has let in; fulfilled once that is answered or given up. What a request says of its
 * user in headers is of no account, that is what `visitor` is for. For an OPTIONS request that asks for nothing yet
 * (CORS) there is none. `origin` is how the browser calls the gateway: `https://kubeflow.example.com`.
 */
export type Upstream = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  visitor: Visitor | { readonly user: undefined },
  origin: string,
) => Promise<void>;

/** What goes on without anybody goes on without the name that a client may have given itself. */
const FROM_NOBODY = { "x-envoy-auth-headers-to-remove": "authorization,kubeflow-userid,x-auth-request-email" };

/**
 * The answer to an Envoy that asks for each request whether to let it on (ext_authz over HTTP): 200, with the headers that it
 * is to send along. Envoy has to set those over what the client sent, and to take `kubeflow-userid` from nobody else.
 */
export const extAuthzAnswer: Upstream = async (incoming, outgoing, visitor) => {
  incoming.resume();
  if (visitor.user === undefined) return sendAnswer(outgoing, emptyAnswer(200, FROM_NOBODY));
  const { user, token } = visitor;
  sendAnswer(
    outgoing,
    emptyAnswer(200, {
      "kubeflow-userid": user,
      "x-auth-request-email": user,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }),
  );
};
