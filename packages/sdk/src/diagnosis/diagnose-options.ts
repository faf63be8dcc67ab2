import type { ConnectOptions } from "../connect/connect-options.ts";
import type { Probe } from "./diagnosis.ts";

/**
 * What is to be diagnosed: the way that `connect()` would take with the same options.
 *
 * @example
 * import { diagnose, type DiagnoseOptions } from "@kfp-ts/sdk";
 *
 * const options: DiagnoseOptions = { host: "http://localhost:3000", onProbe: ({ name, saw }) => console.error(name, saw) };
 * console.log((await diagnose(options)).verdict.ok);
 */
export type DiagnoseOptions = ConnectOptions & {
  /** Told of each probe as soon as it has come to its end. */
  readonly onProbe?: ((probe: Probe) => void) | undefined;
};
