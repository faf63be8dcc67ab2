import type { DiagnoseOptions } from "../diagnosis/diagnose-options.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { KfpError } from "../errors/kfp-error.ts";

/**
 * In browsers the layers of a connection cannot be looked at: only the name, so that a program for both can import it.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { diagnose } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? await diagnose({ host: "http://localhost:3000" }) : undefined);
 */
export async function diagnose(_options?: DiagnoseOptions): Promise<Diagnosis> {
  throw new KfpError("NOT_SUPPORTED_HERE", {
    message: "diagnose works in Node only.",
    fix: "Look at the error of the call itself, and at the network panel of the browser; or run kfp-ts doctor.",
  });
}
