import { fromEnvironment } from "../environment.ts";
import { badOption } from "../errors/bad-argument.ts";
import { nodeTokenFiles } from "../platform/node-token-files.ts";
import type { Credentials } from "./credentials.ts";
import { isJwt, TokenFile, type TokenFiles } from "./token-file.ts";
import { defaultTokenPath } from "./token-volume.ts";

/**
 * Where the token of a pod's service account is.
 *
 * @example
 * import { ServiceAccountTokenVolumeCredentials, type ServiceAccountTokenVolumeOptions } from "@kfp-ts/sdk";
 *
 * const options: ServiceAccountTokenVolumeOptions = { path: "/var/run/secrets/elsewhere/token" };
 * console.log(new ServiceAccountTokenVolumeCredentials(options).path);
 */
export interface ServiceAccountTokenVolumeOptions {
  /**
   * The file of the token.
   *
   * @default the environment variable KF_PIPELINES_SA_TOKEN_PATH, else /var/run/secrets/kubeflow/pipelines/token
   */
  readonly path?: string | undefined;
  /** Who said the path, for errors: a program that has an option for it names that. @default "the option path" */
  readonly pathFrom?: string | undefined;
}

/** What the credentials need of where they are; tests bring their own. */
interface Surroundings {
  readonly variable: typeof fromEnvironment;
  readonly files: TokenFiles;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const here: Surroundings = { variable: fromEnvironment, files: nodeTokenFiles, now: Date.now };

/**
 * Sends the token that Kubernetes mounts into a pod (a service account token volume), as Python's
 * `kfp.auth.ServiceAccountTokenVolumeCredentials` does.
 *
 * Kubernetes replaces the file before the token ends, so it is looked at before every attempt, and read when it has
 * changed. While it is replaced, the token that was read last serves. After a refusal (401) it is read again, and the
 * request is sent once more. Works in Node only.
 *
 * @throws KfpError from calls: TOKEN_FILE_MISSING, TOKEN_FILE_UNREADABLE, TOKEN_FILE_INVALID; each says how to mount the
 * token.
 *
 * @example
 * import { Client, ServiceAccountTokenVolumeCredentials } from "@kfp-ts/sdk";
 *
 * // path, else KF_PIPELINES_SA_TOKEN_PATH, else /var/run/secrets/kubeflow/pipelines/token
 * const credentials = new ServiceAccountTokenVolumeCredentials();
 * console.log(new Client({ host: "http://ml-pipeline-ui.kubeflow", credentials }).host, credentials.path);
 */
export class ServiceAccountTokenVolumeCredentials implements Credentials {
  /** The file of the token. */
  readonly path: string;
  /** Who said so. */
  readonly pathFrom: string;
  readonly #file: TokenFile;

  /**
   * Reads nothing yet.
   *
   * @throws KfpError BAD_OPTION where the path is no path, or a token.
   */
  constructor(options: ServiceAccountTokenVolumeOptions = {}, surroundings: Surroundings = here) {
    if (typeof options !== "object" || options === null) {
      throw badOption(
        "The options are no object.",
        'Name the path: new ServiceAccountTokenVolumeCredentials({ path: "…" })',
      );
    }
    const { path, pathFrom } = options;
    if (path !== undefined && (typeof path !== "string" || path.trim() === "" || path.includes("\0"))) {
      throw badOption("path is no path of a file.", `Leave it out for ${defaultTokenPath}.`);
    }
    const variable = surroundings.variable("KF_PIPELINES_SA_TOKEN_PATH");
    this.path = path ?? variable ?? defaultTokenPath;
    this.pathFrom =
      path !== undefined
        ? (pathFrom ?? "the option path")
        : variable !== undefined
          ? "the variable KF_PIPELINES_SA_TOKEN_PATH"
          : "the default";
    // Paths are told in errors.
    if (isJwt(this.path.trim())) {
      throw badOption(
        `The path of the token's file (from ${this.pathFrom}) is a token itself.`,
        "Give the path of a file that holds it; or send the token as it is, with bearerToken(token).",
      );
    }
    this.#file = new TokenFile(this, surroundings.files, surroundings.now);
  }

  /** @internal Asked by the client. */
  async headers(): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.#file.token()}` };
  }

  /** @internal Told by the client: the file is read again, and what it holds then is tried once. */
  async refused(): Promise<boolean> {
    try {
      await this.#file.reread();
      return true;
    } catch {
      // What the server said is nearer to the reason than a file that is gone meanwhile.
      return false;
    }
  }
}
