import { wholeEnvironment } from "../environment.ts";
import { badOption } from "../errors/bad-argument.ts";
import { tokenRequestFailed } from "../errors/token-request-failure.ts";
import type { Credentials, CredentialsRefusal } from "./credentials.ts";
import { singleFlight } from "./single-flight.ts";
import { pipelinesAudience } from "./token-volume.ts";

/**
 * Which token is asked of Kubernetes, and of which cluster.
 *
 * @example
 * import { kubernetesToken, type KubernetesTokenOptions } from "@kfp-ts/sdk";
 *
 * const options: KubernetesTokenOptions = { serviceAccount: "default-editor", namespace: "team-a", context: "prod" };
 * console.log(typeof kubernetesToken(options).headers);
 */
export interface KubernetesTokenOptions {
  /** The service account that the token stands for. */
  readonly serviceAccount: string;
  /** Its namespace. @default that of the kubeconfig's context, or of the pod */
  readonly namespace?: string | undefined;
  /** For whom the token is: the TOKEN_REVIEW_AUDIENCE of the deployment. @default "pipelines.kubeflow.org" */
  readonly audience?: string | undefined;
  /** The context of the kubeconfig. @default its current one */
  readonly context?: string | undefined;
  /** The kubeconfig. @default the environment variable KUBECONFIG, else in a pod its cluster, else ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** How long a token is to be valid; Kubernetes gives at least ten minutes, and may give less than asked. @default 3600 */
  readonly expirationSeconds?: number | undefined;
}

/** Has a token made. */
export type Mint = (signal: AbortSignal) => Promise<{ readonly token: string; readonly expiresAt: Date }>;

/** What the credentials need of where they are; tests bring their own. */
interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly mint: Mint;
}

/**
 * Sends tokens of a service account that Kubernetes makes for the client (TokenRequest), as `kubectl create token` does:
 * from outside the cluster, with the rights of the kubeconfig. A token is renewed after four fifths of its life, and once
 * after a refusal. Works in Node only.
 *
 * It takes the right to create `serviceaccounts/token` in the namespace. Together with a port-forward to
 * `ml-pipeline-ui` it goes round the login of Kubeflow: whoever has that right can do what the service account can. It is
 * never done unasked.
 *
 * @throws KfpError BAD_OPTION; from calls TOKEN_REQUEST_FAILED, which says what to ask of an administrator.
 *
 * @example
 * import { Client, kubernetesToken } from "@kfp-ts/sdk";
 *
 * // kubectl port-forward --namespace kubeflow svc/ml-pipeline-ui 3000:80
 * const credentials = kubernetesToken({ serviceAccount: "default-editor", namespace: "team-a" });
 * console.log(new Client({ host: "http://localhost:3000", namespace: "team-a", credentials }).host);
 */
export function kubernetesToken(options: KubernetesTokenOptions): Credentials {
  const checked = checkedOptions(options);
  return new MintedToken({ now: Date.now, mint: mintWith(checked) });
}

/** A token is renewed after this part of its life. */
const RENEWED_AFTER = 0.8;
/** After a renewal that failed, the next is tried this much later, in milliseconds: the old token still serves. */
const RETRY_MS = 10_000;
/** How long Kubernetes may take to make a token, in milliseconds. */
const MINT_MS = 15_000;

interface Minted {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly renewAt: number;
}

/** Keeps a token that is made on demand, and renews it in time. */
export class MintedToken implements Credentials {
  readonly #now: () => number;
  readonly #mint: () => Promise<Minted>;
  #token: Minted | undefined;
  #renewNotBefore = 0;

  constructor({ now, mint }: Surroundings) {
    this.#now = now;
    // Those who wait have signals of their own; the token is for all of them.
    this.#mint = singleFlight(async () => {
      const began = now();
      const { token, expiresAt } = await mint(AbortSignal.timeout(MINT_MS));
      const renewAt = began + (expiresAt.getTime() - began) * RENEWED_AFTER;
      this.#token = { token, expiresAt: expiresAt.getTime(), renewAt };
      return this.#token;
    });
  }

  async headers(): Promise<{ authorization: string }> {
    const token = this.#token;
    const now = this.#now();
    if (token === undefined || token.expiresAt <= now) return authorization(await this.#mint());
    if (token.renewAt <= now && this.#renewNotBefore <= now) {
      this.#renewNotBefore = now + RETRY_MS;
      // Nobody waits for it: while the token serves, a Kubernetes that does not answer is no reason to fail.
      this.#mint().catch(() => undefined);
    }
    return authorization(token);
  }

  async refused({ sent }: CredentialsRefusal): Promise<boolean> {
    const isAnother = this.#token !== undefined && authorization(this.#token).authorization !== sent.authorization;
    if (isAnother) return true;
    try {
      await this.#mint();
      return true;
    } catch {
      // The refusal of the API is what the caller asked about.
      return false;
    }
  }
}

function authorization({ token }: Minted): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

const nameOfKubernetes = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

type Checked = KubernetesTokenOptions & { readonly audience: string };

function checkedOptions(options: KubernetesTokenOptions): Checked {
  const { serviceAccount, namespace, audience = pipelinesAudience, expirationSeconds } = options;
  if (typeof serviceAccount !== "string" || !nameOfKubernetes.test(serviceAccount)) {
    throw badOption(
      "serviceAccount is no name of a service account.",
      'Say it without its namespace: kubernetesToken({ serviceAccount: "default-editor", namespace: "team-a" })',
    );
  }
  if (namespace !== undefined && !nameOfKubernetes.test(namespace)) {
    throw badOption(`namespace is ${JSON.stringify(namespace)}, which is no name of a namespace.`);
  }
  if (typeof audience !== "string" || audience === "")
    throw badOption("audience is empty.", "Leave it out for pipelines.kubeflow.org.");
  if (expirationSeconds !== undefined && !(Number.isInteger(expirationSeconds) && expirationSeconds >= 600)) {
    throw badOption(`expirationSeconds is ${expirationSeconds}; Kubernetes takes whole numbers of 600 or more.`);
  }
  return { ...options, audience };
}

function mintWith({ serviceAccount, namespace, audience, context, kubeconfig, expirationSeconds }: Checked): Mint {
  return async (signal) => {
    // Whoever does not mint tokens loads nothing of Kubernetes.
    const { createToken, openKubernetes } = await import("@kfp-ts/kubernetes");
    const request = { serviceAccount, namespace, audience };
    try {
      const kubernetes = await openKubernetes({ env: wholeEnvironment(), context, kubeconfig });
      const place = namespace ?? kubernetes.access.namespace ?? "default";
      try {
        return await createToken(
          kubernetes,
          { serviceAccount, namespace: place, audiences: [audience], expirationSeconds },
          { signal },
        );
      } catch (error) {
        throw tokenRequestFailed({ ...request, namespace: place, server: kubernetes.access.server }, error);
      } finally {
        kubernetes.close();
      }
    } catch (error) {
      throw tokenRequestFailed(request, error);
    }
  };
}
