import { isIP } from "node:net";
import { PodDefaultInstallError } from "./install-error.ts";

/** The path that PodDefaults are applied at: Kubeflow's own webhook has it too. */
export const WEBHOOK_PATH = "/apply-poddefault";

/** Where the API server finds the webhook. */
export type WebhookTarget =
  /** Outside the cluster, or anywhere that the API server reaches by address. `url` has the path. */
  | { readonly kind: "url"; readonly url: string; readonly host: string }
  | { readonly kind: "service"; readonly namespace: string; readonly name: string; readonly port: number };

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Reads where a webhook is: `https://127.0.0.1:8443`; the path may be left out.
 *
 * @throws PodDefaultInstallError where the API server would not take it.
 */
export function urlTarget(text: string): WebhookTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== "https:") {
    throw invalid(`${JSON.stringify(text)} is no https URL, and API servers call webhooks in no other way.`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw invalid(`The URL ${url.host} has a user, a query or a fragment, which API servers refuse.`);
  }
  if (url.pathname !== "/" && url.pathname !== WEBHOOK_PATH) {
    throw invalid(`The URL has the path ${url.pathname}; PodDefaults are applied at ${WEBHOOK_PATH}.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && /^(0\.0\.0\.0|::)$/.test(host)) {
    throw invalid(`Nobody can be called at ${host}: it stands for all addresses of a machine.`);
  }
  return { kind: "url", url: `https://${url.host}${WEBHOOK_PATH}`, host };
}

/**
 * Reads a service of the cluster: `kubeflow/poddefaults`, or with another port than 443 `kubeflow/poddefaults:8443`.
 *
 * @throws PodDefaultInstallError where it is none.
 */
export function serviceTarget(text: string): WebhookTarget {
  const [, namespace = "", name = "", portText] = /^([^/]+)\/([^/:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = portText === undefined ? 443 : Number(portText);
  if (!LABEL.test(namespace) || !LABEL.test(name) || port < 1 || port > 65_535) {
    throw new PodDefaultInstallError(
      "INVALID",
      `${JSON.stringify(text)} is no service of a namespace.`,
      "Write the namespace and the name: kubeflow/poddefaults, with a port that is not 443 kubeflow/poddefaults:8443.",
    );
  }
  return { kind: "service", namespace, name, port };
}

/** The names and addresses that the API server calls the webhook by: what its certificate has to be for. */
export function hostsOf(target: WebhookTarget): readonly string[] {
  return target.kind === "url"
    ? [target.host]
    : [`${target.name}.${target.namespace}.svc`, `${target.name}.${target.namespace}.svc.cluster.local`];
}

function invalid(message: string): PodDefaultInstallError {
  return new PodDefaultInstallError("INVALID", message, "Give the address of the webhook: https://127.0.0.1:8443.");
}
