import { type AnyOperation, decodeResponse, type ResponseOf, UnexpectedResponseError } from "@kfp-ts/api";
import { KfpError } from "../errors/kfp-error.ts";

/**
 * Reads the answer of an operation.
 *
 * @throws KfpError BAD_ANSWER where a field holds another kind of value than the API says.
 */
export function decodeAnswer<O extends AnyOperation>(operation: O, value: unknown): ResponseOf<O> {
  try {
    return decodeResponse(operation.response, value) as ResponseOf<O>;
  } catch (error) {
    if (!(error instanceof UnexpectedResponseError)) throw error;
    throw new KfpError("BAD_ANSWER", { message: `${operation.id}: the answer is none of this API: ${error.message}.` });
  }
}
