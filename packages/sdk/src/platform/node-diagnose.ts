import type { DiagnoseOptions } from "../diagnosis/diagnose-options.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";

/**
 * Says what is wrong with a connection, or that nothing is: goes the way that `connect()` goes with the same options, looks
 * at each layer of it (name, address, TLS, HTTP, gateway, login, identity, namespace, versions, clocks) and comes to one
 * verdict. Nothing in it is secret. It ends after 15 seconds at the latest, or after `withinMs`; a login is made once at
 * most. Node only.
 *
 * @returns also where nothing works: what is wrong is the answer, and no error.
 * @throws what `signal` was aborted with; KfpError BAD_OPTION for options that exclude each other is a verdict, too.
 *
 * @example
 * import { diagnose } from "@kfp-ts/sdk";
 *
 * const { verdict, probes } = await diagnose({ host: "http://localhost:3000" });
 * if (!verdict.ok) console.error(verdict.code, verdict.cause, verdict.fix);
 * for (const { name, outcome, saw } of probes) console.error(name, outcome, saw);
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { diagnoseInNode } = await import("../diagnosis/in-node.ts");
  return diagnoseInNode(options);
}
