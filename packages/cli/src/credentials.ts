import {
  bearerToken,
  type Credentials,
  isKfpError,
  kubernetesToken,
  ServiceAccountTokenVolumeCredentials,
} from "@kfp-ts/sdk";
import { UsageError } from "./command-error.ts";
import type { SharedValues } from "./command-line/shared-options.ts";
import type { Origin } from "./command-line/values.ts";
import type { Io } from "./io.ts";

/**
 * Who is asking, as an option or a variable says it. A token itself is never an argument: everybody on the machine can
 * read those.
 *
 * @param origin - Which of them counts.
 * @throws UsageError where two options say it, or the token of the environment cannot be one.
 */
export function credentialsFrom(
  origin: Origin,
  {
    tokenFile,
    asServiceAccount: account,
    kubeContext,
    kubeconfig,
    tunnel,
  }: Pick<SharedValues, "tokenFile" | "asServiceAccount" | "kubeContext" | "kubeconfig" | "tunnel">,
  env: Io["env"],
): Credentials {
  if (account !== undefined && origin.kind === "option") {
    const context = kubeContext ?? tunnel?.kubeContext;
    return kubernetesToken({ serviceAccount: account.name, namespace: account.namespace, kubeconfig, context });
  }
  if (origin.name === "KFP_EXISTING_TOKEN") return tokenOf(env.KFP_EXISTING_TOKEN ?? "");
  const pathFrom = origin.kind === "variable" ? `the variable ${origin.name}` : origin.name;
  return new ServiceAccountTokenVolumeCredentials({ path: tokenFile, pathFrom });
}

function tokenOf(token: string): Credentials {
  try {
    return bearerToken(token);
  } catch (error) {
    if (!isKfpError(error)) throw error;
    throw new UsageError(
      `KFP_EXISTING_TOKEN: ${error.message}`,
      "Put the token into it and nothing else, without Bearer.",
    );
  }
}
