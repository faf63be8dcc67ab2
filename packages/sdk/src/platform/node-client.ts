import type { ClientOptions } from "../client-options.ts";
import { KfpClient } from "../kfp-client.ts";
import { nodePlatform } from "./node.ts";

/**
 * A client of a Kubeflow Pipelines API. Making one sends nothing and costs nothing; it can be used for any number of
 * calls, also at the same time. In a pod it needs no options: it finds the Kubeflow Pipelines of its cluster with the first
 * call, and sends the token that is mounted.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * for await (const experiment of kfp.experiments.list()) console.log(experiment.displayName);
 */
export class Client extends KfpClient {
  /**
   * @throws KfpError NO_ENDPOINT, BAD_ENDPOINT, SECRET_IN_URL, BAD_OPTION
   */
  constructor(options: ClientOptions = {}) {
    super(options, nodePlatform);
  }
}
