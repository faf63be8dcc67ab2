import type { Kubernetes } from "@kfp-ts/kubernetes";
import type { Authenticator, Log, MultiUserOptions, ReviewToken, RunningServer, ServerOptions } from "@kfp-ts/server";
import { clusterOptions, openCluster } from "../cluster/cluster-options.ts";
import { UsageError } from "../command-error.ts";
import { flagOrVariable } from "../command-line/boolean.ts";
import { option, type ValuesOf } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Io } from "../io.ts";
import type { ReadyFacts } from "./banner.ts";
import { headerSource, identityOptions } from "./identity-from.ts";
import { checkReviewRights } from "./review-rights.ts";
import { chooseTls, tlsOptions } from "./tls.ts";

/** The options of a server for many users, whoever answers its reviews. The variables are those of Kubeflow's own. */
export const identityAndAccessOptions = {
  ...identityOptions,
  useridHeader: option("name", "The identity header.", readHeaderName, {
    env: ["KUBEFLOW_USERID_HEADER"],
    otherwise: "kubeflow-userid",
  }),
  useridPrefix: option("text", "What stands before the name in it.", readPrefix, {
    env: ["KUBEFLOW_USERID_PREFIX"],
    otherwise: "nothing",
  }),
  tokenReviewAudience: option("audience", "For whom a bearer token must be.", readAudience, {
    env: ["TOKEN_REVIEW_AUDIENCE"],
    otherwise: "pipelines.kubeflow.org",
  }),
  systemNamespace: option("name", "The namespace that pipelines for all are reviewed in.", readName, {
    env: ["POD_NAMESPACE"],
    otherwise: "kubeflow",
  }),
  sharedRead: flagOrVariable("Let everybody read everything, without asking who they are.", "MULTIUSER_SHARED_READ"),
  requireNamespaceForPipelines: flagOrVariable(
    "Take no pipelines that are for all.",
    "REQUIRE_NAMESPACE_FOR_PIPELINES",
  ),
  defaultServiceAccount: option("name", "The service account of runs that name none.", readName, {
    env: ["DEFAULTPIPELINERUNNERSERVICEACCOUNT"],
    otherwise: "default-editor for many users, else pipeline-runner",
  }),
  reviewCacheSeconds: option(
    "number",
    "How long what was allowed is not asked about again; 0 asks every time.",
    wholeNumber(0, 300),
    { otherwise: "10" },
  ),
};

/** The options of a server for many users that asks a Kubernetes cluster. */
export const multiUserOptions = {
  multiUser: flagOrVariable(
    "Serve many users: ask a Kubernetes cluster who they are and what they may do.",
    "MULTIUSER",
  ),
  ...clusterOptions,
  ...identityAndAccessOptions,
  ...tlsOptions,
};

/** What the options of a server for many users came to. */
export interface MultiUser {
  /** For the server, beside those of every server. */
  readonly options: Pick<
    ServerOptions,
    "multiUser" | "unixSocket" | "tls" | "systemNamespace" | "defaultServiceAccount"
  >;
  /** How the server knows who somebody is, for people, a line each. */
  readonly identities: readonly string[];
  /** Called when the server answers. @returns what is told beside its address */
  ready?(server: RunningServer): Promise<ReadyFacts>;
  /** Called when the server is to stop: what stands before it takes nothing more. */
  leave?(): Promise<void>;
  /** Gives back what was opened, once the server is closed. */
  close(): void | Promise<void>;
}

type IdentityAndAccess = ValuesOf<typeof identityAndAccessOptions> & ValuesOf<typeof tlsOptions>;

/** Who answers the reviews of a server for many users. */
export interface Reviewers {
  readonly reviewToken: ReviewToken;
  readonly authorizer: MultiUserOptions["authorizer"];
  /** Asked after the identity header and the bearer token. */
  readonly authenticators?: readonly Authenticator[];
  /** Another number whenever what they answered may be kept no longer. */
  readonly revision?: () => number;
  /** Who they are, for people. */
  readonly said: string;
}

/**
 * What a server is started with that asks a Kubernetes cluster, or is for one user.
 *
 * @param host - What it listens on.
 * @throws UsageError for options that do not go together.
 * @throws KubernetesConfigError and KubernetesError where there is no cluster to ask.
 */
export async function chooseMultiUser(
  options: ValuesOf<typeof multiUserOptions>,
  { host, io, log }: { readonly host: string; readonly io: Io; readonly log: Log },
): Promise<MultiUser> {
  if (!options.multiUser) return singleUser(options);
  const kubernetes = await openCluster(options, io);
  try {
    await checkReviewRights(kubernetes, { io, log });
    const { kubernetesTokenReview, subjectAccessReviewAuthorizer } = await import("@kfp-ts/server");
    const multiUser = await withReviewers(options, {
      host,
      log,
      reviewers: {
        reviewToken: kubernetesTokenReview(kubernetes),
        authorizer: subjectAccessReviewAuthorizer({ kubernetes }),
        said: placeOf(kubernetes),
      },
    });
    return { ...multiUser, close: () => kubernetes.close() };
  } catch (error) {
    kubernetes.close();
    throw error;
  }
}

/**
 * What a server for many users is started with, whoever answers its reviews.
 *
 * @throws UsageError for options that do not go together.
 */
export async function withReviewers(
  options: IdentityAndAccess,
  { host, log, reviewers }: { readonly host: string; readonly log: Log; readonly reviewers: Reviewers },
): Promise<MultiUser> {
  const { cachedAuthorizer, identityHeader, tokenReviewAuthenticator } = await import("@kfp-ts/server");
  const { useridHeader: header = "kubeflow-userid", useridPrefix: prefix, tokenReviewAudience: audience } = options;
  const { trust, unixSocket, clientCaFile, said } = await headerSource(options, host);
  const tls = await chooseTls(options, clientCaFile);
  const cache = { seconds: options.reviewCacheSeconds, revision: reviewers.revision };
  if (trust.by === "any local client") {
    log.warn({ header }, "every program on this machine can be anybody: --trust-identity-header is for tests");
  }
  const multiUser: MultiUserOptions = {
    authenticators: [
      identityHeader({ header, prefix, trust }),
      tokenReviewAuthenticator({ review: reviewers.reviewToken, audience, cache }),
      ...(reviewers.authenticators ?? []),
    ],
    authorizer: cachedAuthorizer(reviewers.authorizer, cache),
    sharedRead: options.sharedRead,
    requireNamespaceForPipelines: options.requireNamespaceForPipelines,
  };
  const { systemNamespace, defaultServiceAccount } = options;
  return {
    options: { multiUser, unixSocket, tls, systemNamespace, defaultServiceAccount },
    identities: [
      `bearer tokens for ${audience ?? "pipelines.kubeflow.org"}, reviewed by ${reviewers.said}`,
      ...(said === undefined ? [] : [`the header ${header} ${said}`]),
    ],
    close: () => {},
  };
}

/** What Kubeflow's own variables say of many users is of no account then; what was typed for them is a mistake. */
async function singleUser(options: ValuesOf<typeof multiUserOptions>): Promise<MultiUser> {
  const inVain = Object.entries({
    "--kubeconfig": options.kubeconfig !== undefined,
    "--kube-context": options.kubeContext !== undefined,
    "--identity-from": options.identityFrom !== undefined,
    "--trust-identity-header": options.trustIdentityHeader,
    "--review-cache-seconds": options.reviewCacheSeconds !== undefined,
  }).flatMap(([name, given]) => (given ? [name] : []));
  if (inVain.length > 0) {
    throw new UsageError(
      `${inVain.join(" and ")} mean${inVain.length === 1 ? "s" : ""} something to a server for many users only.`,
      "Add --multi-user.",
    );
  }
  const tls = await chooseTls(options, undefined);
  const { systemNamespace, defaultServiceAccount } = options;
  return { options: { tls, systemNamespace, defaultServiceAccount }, identities: [], close: () => {} };
}

function placeOf({ access: { source, server, context } }: Kubernetes): string {
  return source === "in-cluster" ? `the cluster of this pod (${server})` : `${server} (context ${context})`;
}

/** Headers with a meaning of their own. Where it is a secret, the name of a user would tell it. */
const RESERVED = [
  "authorization",
  "connection",
  "content-length",
  "cookie",
  "host",
  "origin",
  "proxy-authorization",
  "transfer-encoding",
  "x-kfp-ts-identity-secret",
];

function readHeaderName(text: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) throw new UsageError(`"${text}" is no name of a header.`);
  if (!RESERVED.includes(text.toLowerCase())) return text;
  throw new UsageError(`The header "${text}" says something else than who somebody is.`);
}

function readPrefix(text: string): string {
  if (/^[\x21-\x7e][\x20-\x7e]*$/.test(text) || text === "") return text;
  throw new UsageError(`"${text}" is nothing that a header can begin with.`);
}

function readAudience(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new UsageError(`"${text}" is no audience: it is empty, or has spaces or other characters that none has.`);
}

function readName(text: string): string {
  if (text.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text)) return text;
  throw new UsageError(`"${text}" is no name in Kubernetes: those are of lower-case letters, digits, "-" and ".".`);
}
