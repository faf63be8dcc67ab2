import { isKfpError, type KfpError } from "../../src/errors/kfp-error.ts";

/** What a call fails with; an error of the test when it does not fail, or fails with something else. */
export async function failureOf(call: PromiseLike<unknown> | (() => unknown)): Promise<KfpError> {
  try {
    await (typeof call === "function" ? call() : call);
  } catch (error) {
    if (isKfpError(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
