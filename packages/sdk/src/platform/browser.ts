import { badOption } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import { fetchTransport } from "../transport/fetch.ts";
import { ServiceAccountTokenVolumeCredentials } from "./browser-credentials.ts";
import type { Platform } from "./platform.ts";

/** Browsers, and every other place that has `fetch`. */
export const browserPlatform: Platform = {
  transport({ tls, lookup, proxy }) {
    for (const [name, value] of Object.entries({ tls, lookup, proxy })) {
      if (value !== undefined)
        throw badOption(`${name} has no effect here: the environment connects by itself.`, "Leave it out.");
    }
    // Looked up at each call: pages replace fetch to observe it.
    return fetchTransport((url, init) => globalThis.fetch(url, init));
  },
  async openFile(path) {
    throw new KfpError("NOT_SUPPORTED_HERE", {
      message: `${path} cannot be read: there are no files here.`,
      fix: "Pass the content: { bytes: new Uint8Array(await file.arrayBuffer()), fileName: file.name }",
    });
  },
  surroundings: { variable: () => undefined, exists: () => false, readNow: () => undefined },
  mountedToken: () => new ServiceAccountTokenVolumeCredentials(),
  userAgent: undefined,
};
