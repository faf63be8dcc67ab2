import { type Health, operations } from "@kfp-ts/api";
import type { ReceivedJson } from "../call/answer.ts";
import { decodeAnswer } from "../call/decode-answer.ts";
import type { RequestOptions } from "../call/request-options.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { ResourceContext } from "./context.ts";

/**
 * What the server says of itself.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const { tagName, multiUser } = await new Client({ host: "http://localhost:3000" }).healthz.get();
 * console.log(tagName, multiUser);
 */
export class Healthz {
  readonly #context: ResourceContext;

  /** @internal Use {@link Client}. */
  constructor(context: ResourceContext) {
    this.#context = context;
  }

  /**
   * Asks what the server is. It answers everybody, so a good answer proves that it is there and nothing about rights.
   *
   * @throws KfpError SERVER_UNAVAILABLE when the web server before the API says that the API is not ready.
   */
  async get(options?: RequestOptions): Promise<Health> {
    const operation = operations.healthz.get;
    return readHealth(await this.#context.caller.json(operation, {}, options));
  }
}

/**
 * What an answer says of the server. ml-pipeline-ui answers by itself, always with status 200, and has names of its own for
 * the same things.
 *
 * @throws KfpError SERVER_UNAVAILABLE where it says that the API behind it is not ready.
 */
export function readHealth(answer: ReceivedJson): Health {
  const operation = operations.healthz.get;
  if (answer.apiServerReady === false) {
    throw new KfpError("SERVER_UNAVAILABLE", {
      message: `${operation.id}: the user interface is up, and the API behind it is not.`,
    });
  }
  return decodeAnswer(operation, {
    ...answer,
    commit_sha: answer.commit_sha ?? answer.apiServerCommitHash,
    tag_name: answer.tag_name ?? answer.apiServerTagName,
    multi_user: answer.multi_user ?? answer.apiServerMultiUser,
  });
}
