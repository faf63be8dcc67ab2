import type { AskedAddress } from "../connect/connect-step.ts";
import type { Gateway } from "../connect/connection.ts";
import type { Endpoint } from "../endpoint.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { TransportResponse } from "../transport/transport.ts";
import { isDashboard, titleOf } from "./in-words.ts";

/** The error for a gateway that refuses on the paths of the API, and shows people a page to log in. */
export function loginAsked(host: string, gateway: Gateway, refusal: KfpError, authenticated: boolean): KfpError {
  // What a gateway says of a token is nearer to the reason.
  if (refusal.code !== "UNAUTHENTICATED") return refusal;
  const who = gateway === "other" ? "A gateway" : gateway;
  return new KfpError("LOGIN_REQUIRED", {
    message: `${who} at ${host} wants a login (HTTP 401).${authenticated ? " What was sent was not accepted." : ""}`,
    fix: authenticated ? refusal.fix : undefined,
    cause: refusal,
  });
}

/** The error for a server that has the API of Kubeflow Pipelines 1 alone. */
export function tooOld(host: string, version: string | undefined): KfpError {
  const which = version === undefined ? "of a version before 2.0" : version;
  return new KfpError("UNSUPPORTED_BY_SERVER", {
    message: `${host} is a Kubeflow Pipelines ${which}: it has the API v1beta1 alone, and this client speaks v2beta1, which came with 2.0.`,
    fix: "Have the server updated to 2.0 or newer, or use Python's kfp 1.8 with it.",
  });
}

/** The error for a server on which no Kubeflow Pipelines was found. */
export function noPipelines(
  given: Endpoint,
  first: KfpError | undefined,
  page: TransportResponse | undefined,
  asked: readonly AskedAddress[],
): KfpError {
  const paths = [...new Set(asked.map(({ url }) => new URL(url).pathname))].join(", ");
  const tried = `Asked were ${paths}.`;
  if (page !== undefined && isDashboard(page.body)) {
    return new KfpError("NOT_THE_API", {
      message: `${given.url} is the dashboard of Kubeflow, and no Pipelines API was found beside it. ${tried}`,
      fix: `In full Kubeflow the endpoint is ${given.origin}/pipeline: look whether Kubeflow Pipelines is installed, and whether its pods are ready.`,
      cause: first,
    });
  }
  const title = page === undefined ? undefined : titleOf(page.body);
  const what = title === undefined ? "" : ` It shows a page called ${JSON.stringify(title)}.`;
  return new KfpError("NOT_THE_API", {
    message: `${given.url} is no Kubeflow Pipelines.${what} ${tried}`,
    fix: "Correct the endpoint: it is what stands before /apis/v2beta1, in full Kubeflow https://HOST/pipeline.",
    cause: first,
  });
}
