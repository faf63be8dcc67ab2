/**
 * The version of this package.
 *
 * @example
 * import { version } from "@kfp-ts/sdk";
 *
 * console.log(version);
 */
export const version = "0.1.0";
