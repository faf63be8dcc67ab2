import type { TokenFilePlace } from "../credentials/token-file.ts";
import { defaultTokenPath, tokenVolumeYaml } from "../credentials/token-volume.ts";
import type { ErrorCode } from "./catalogue.ts";
import { KfpError } from "./kfp-error.ts";

/** The error for a file of a token that the system does not let be read. */
export function tokenFileUnreadable(place: TokenFilePlace, cause: unknown): KfpError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === "ENOENT" || code === "ENOTDIR")
    return failure("TOKEN_FILE_MISSING", place, "there is no such file", cause);
  const fact =
    code === "EACCES" || code === "EPERM"
      ? "it is not readable: permission denied"
      : code === "EISDIR"
        ? "it is no file"
        : `it cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  return failure("TOKEN_FILE_UNREADABLE", place, fact, cause);
}

/** The error for a file without anything in it. */
export function tokenFileEmpty(place: TokenFilePlace): KfpError {
  return failure("TOKEN_FILE_INVALID", place, "it is empty");
}

/** The error for a file with something else in it; `why` tells nothing of that. */
export function tokenFileNoToken(place: TokenFilePlace, why: string): KfpError {
  return failure("TOKEN_FILE_INVALID", place, why);
}

function failure(code: ErrorCode, place: TokenFilePlace, fact: string, cause?: unknown): KfpError {
  const { path, pathFrom } = place;
  const message = `The token file ${path} (the path is from ${pathFrom}): ${fact}.`;
  return new KfpError(code, { message, fix: howToMount(place), cause });
}

function howToMount({ path, pathFrom }: TokenFilePlace): string {
  const correct = path === defaultTokenPath ? "" : `Correct ${pathFrom}, or mount a token there. `;
  return (
    `${correct}In a Kubeflow notebook, choose the configuration that allows access to Kubeflow Pipelines (the PodDefault ` +
    `access-ml-pipeline) when you create it. In a pod of your own, mount the token:\n\n${tokenVolumeYaml(path)}\n`
  );
}
