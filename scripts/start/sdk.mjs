import { pathToFileURL } from "node:url";
import { inRoot } from "../workspace.mjs";

/**
 * The SDK as it is published: the built bundle, not the sources.
 * @returns {Promise<typeof import("@kfp-ts/sdk")>}
 */
export const builtSdk = () => import(pathToFileURL(inRoot("packages/sdk/dist/index.js")).href);
