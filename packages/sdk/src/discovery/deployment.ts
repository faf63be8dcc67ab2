import type { ClientOptions } from "../client-options.ts";
import { parseEndpoint } from "../endpoint.ts";
import { badOption } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { Surroundings } from "../platform/platform.ts";
import { deploymentNamespaces, endpointCandidates } from "./candidates.ts";
import { EndpointSource } from "./endpoint-source.ts";
import { isPipelinesService } from "./pipelines-service.ts";
import { namespacePath, ownPod, type Pod } from "./pod.ts";

/** Which Kubeflow Pipelines a client speaks to, and what the pod in which it runs holds for it. What was given wins. */
export class Deployment {
  readonly #options: ClientOptions;
  readonly #surroundings: Surroundings;
  #pod: Pod | undefined | "unseen" = "unseen";

  constructor(options: ClientOptions, surroundings: Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /**
   * The endpoint that was given, or how it is found.
   *
   * @param find - Asks the candidates.
   * @throws KfpError BAD_ENDPOINT, SECRET_IN_URL; NO_ENDPOINT where none was given and there is no cluster to look in.
   */
  endpoint(find: (search: { readonly candidates: readonly string[] }) => Promise<string>): EndpointSource {
    const given = this.#options.host ?? this.#surroundings.variable("KF_PIPELINES_ENDPOINT");
    if (given !== undefined) return EndpointSource.given(parseEndpoint(given));
    if (this.#ownPod === undefined) {
      throw new KfpError("NO_ENDPOINT", {
        message: `No host was given, and KF_PIPELINES_ENDPOINT is not set. This is no pod of a cluster in which one could be looked for: KUBERNETES_SERVICE_HOST is not set, and there is no ${namespacePath}.`,
        fix: 'Pass a host, set KF_PIPELINES_ENDPOINT, or let connect() find one: it also looks at saved contexts, at the cluster of the kubeconfig and at servers on this machine. import { connect } from "@kfp-ts/sdk"; const kfp = await connect();',
      });
    }
    const { candidates } = this;
    return EndpointSource.found(() => find({ candidates }));
  }

  /** Where it may be within the cluster of the pod, the best first. */
  get candidates(): readonly string[] {
    return endpointCandidates(this.#namespaces);
  }

  /** The pod, where the endpoint is the Kubeflow Pipelines of its own cluster. */
  podOf(endpoint: EndpointSource): Pod | undefined {
    const { known } = endpoint;
    // Whoever goes anywhere else is not asked where they are.
    if (known !== undefined && !isPipelinesService(known.url)) return undefined;
    if (this.#ownPod === undefined) return undefined;
    return known === undefined || isPipelinesService(known.url, this.#namespaces) ? this.#ownPod : undefined;
  }

  /** Whether the token of the pod is to be sent there, as nothing was given that says who is asking. */
  offersToken(endpoint: EndpointSource): boolean {
    const says = Object.keys(this.#options.headers ?? {}).some((name) => /^(authorization|cookie)$/i.test(name));
    return !says && this.podOf(endpoint)?.hasToken === true;
  }

  get #ownPod(): Pod | undefined {
    if (this.#pod === "unseen") this.#pod = ownPod(this.#surroundings);
    return this.#pod;
  }

  get #namespaces(): readonly string[] {
    const said = this.#options.pipelinesNamespace || this.#surroundings.variable("KF_PIPELINES_NAMESPACE");
    if (said !== undefined && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(said)) {
      throw badOption(
        `pipelinesNamespace (or KF_PIPELINES_NAMESPACE) is ${JSON.stringify(said)}, which is no name of a namespace.`,
      );
    }
    return deploymentNamespaces({ said, own: this.#ownPod?.namespace });
  }
}
