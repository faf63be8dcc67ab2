import type { ClientOptions } from "../client-options.ts";
import { KfpClient } from "../kfp-client.ts";
import { browserPlatform } from "./browser.ts";

/**
 * A client of a Kubeflow Pipelines API, for browsers and for other places that have `fetch` and nothing of Node.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "https://kubeflow.example.com/pipeline" });
 * console.log(kfp.host);
 */
export class Client extends KfpClient {
  /**
   * @throws KfpError NO_ENDPOINT, BAD_ENDPOINT, SECRET_IN_URL, BAD_OPTION
   */
  constructor(options: ClientOptions = {}) {
    super(options, browserPlatform);
  }
}
