import type { BrowserLogin, BrowserLoginOptions } from "../credentials/browser-login.ts";
import type { CommandOptions } from "../credentials/command.ts";
import type { CookieSource } from "../credentials/cookies.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { DexPasswordOptions } from "../credentials/dex-password.ts";
import type { KubernetesTokenOptions } from "../credentials/kubernetes-token.ts";
import type { ServiceAccountTokenVolumeOptions } from "../credentials/service-account-token-volume.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { KfpClient } from "../kfp-client.ts";
import type { KFPClientManagerOptions } from "../kfp-client-manager.ts";

/**
 * In browsers there are no files: only the name, so that a program for both can import it.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { bearerToken, ServiceAccountTokenVolumeCredentials } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? new ServiceAccountTokenVolumeCredentials() : bearerToken(() => "from somewhere else"));
 */
export class ServiceAccountTokenVolumeCredentials implements Credentials {
  readonly path: string = "";
  readonly pathFrom: string = "";

  constructor(_options?: ServiceAccountTokenVolumeOptions) {
    throw notHere("ServiceAccountTokenVolumeCredentials");
  }

  headers(): Promise<{ authorization: string }> {
    throw notHere("ServiceAccountTokenVolumeCredentials");
  }
}

/**
 * In browsers there is no kubeconfig: only the name, so that a program for both can import it.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { bearerToken, kubernetesToken } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? kubernetesToken({ serviceAccount: "default-editor" }) : bearerToken(() => "from somewhere else"));
 */
export function kubernetesToken(_options: KubernetesTokenOptions): Credentials {
  throw notHere("kubernetesToken");
}

/**
 * In browsers there are no programs: only the name, so that a program for both can import it.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { bearerToken, command } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? command({ command: "print-a-token" }) : bearerToken(() => "from somewhere else"));
 */
export function command(_options: CommandOptions): Credentials {
  throw notHere("command");
}

/**
 * A page cannot listen for the browser that comes back from a login: only the name, so that a program for both can import
 * it. A page that the gateway serves needs none: its cookies go along.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { bearerToken, browserLogin } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? browserLogin() : bearerToken(() => "from somewhere else"));
 */
export function browserLogin(_options?: BrowserLoginOptions): BrowserLogin {
  throw notHere("browserLogin");
}

/**
 * A page may not read the cookies of a login, nor follow its redirections: only the name, so that a program for both can
 * import it. A page that the gateway serves needs none: its cookies go along.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { bearerToken, dexPassword } from "@kfp-ts/sdk";
 *
 * const me = { username: "user@example.com", password: () => "from somewhere else" };
 * const inNode = typeof process === "object";
 * console.log(inNode ? dexPassword(me) : bearerToken(() => "from somewhere else"));
 */
export function dexPassword(_options: DexPasswordOptions): Credentials {
  throw notHere("dexPassword");
}

/**
 * A page may not say which cookies are sent: only the name, so that a program for both can import it. Those of the gateway
 * go along by themselves where it serves the page.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { bearerToken, cookies } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? cookies("session=value") : bearerToken(() => "from somewhere else"));
 */
export function cookies(_source: CookieSource): Credentials {
  throw notHere("cookies");
}

/**
 * See {@link dexPassword}: in browsers only the name.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { KFPClientManager } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * const me = { apiUrl: "http://localhost:8080/pipeline", dexUsername: "user@example.com", dexPassword: "12341234" };
 * console.log(inNode ? new KFPClientManager(me) : "logs in by itself");
 */
export class KFPClientManager {
  constructor(_options: KFPClientManagerOptions) {
    throw notHere("KFPClientManager");
  }

  createKfpClient(): Promise<KfpClient> {
    throw notHere("KFPClientManager");
  }
}

function notHere(name: string): KfpError {
  return new KfpError("NOT_SUPPORTED_HERE", {
    message: `${name} works in Node only.`,
    fix: "Use bearerToken with a function that gets a token from your own server.",
  });
}
