import {
  bearerToken,
  type Credentials,
  isKfpError,
  kubernetesToken,
  ServiceAccountTokenVolumeCredentials,
} from "@kfp-ts/sdk";
import { UsageError } from "./command-error.ts";
import type { SharedValues } from "./command-line/shared-options.ts";
import type { Io } from "./io.ts";

/**
 * Who is asking: what an option says, else what the environment says. A token itself is never an argument: everybody on
 * the machine can read those.
 *
 * @throws UsageError where two options say it, or the token of the environment cannot be one.
 */
export function credentialsFrom(
  { tokenFile, asServiceAccount: account }: Pick<SharedValues, "tokenFile" | "asServiceAccount">,
  env: Io["env"],
): Credentials | undefined {
  // The option has the variable as its default; whether it was typed is seen by what the variable says.
  const fromVariable = tokenFile !== undefined && tokenFile === env.KF_PIPELINES_SA_TOKEN_PATH;
  if (account !== undefined) {
    if (tokenFile !== undefined && !fromVariable) {
      throw new UsageError("--token-file and --as-service-account exclude each other.", "Leave one of them out.");
    }
    return kubernetesToken({ serviceAccount: account.name, namespace: account.namespace });
  }
  if (env.KFP_EXISTING_TOKEN && (tokenFile === undefined || fromVariable)) return tokenOf(env.KFP_EXISTING_TOKEN);
  if (tokenFile === undefined) return undefined;
  const pathFrom = fromVariable ? "the variable KF_PIPELINES_SA_TOKEN_PATH" : "--token-file";
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
