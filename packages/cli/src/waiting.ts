import { basename } from "node:path";
import type { RequestObserver, UploadProgress } from "@kfp-ts/sdk";
import type { Io } from "./io.ts";

/** Says of each request what it waits for: the connection, until a server has answered at all, and then the answer. */
export function tellWaiting({ waitingFor }: Io): RequestObserver {
  let hasAnswered = false;
  return {
    onRequest({ url }) {
      waitingFor?.(`${hasAnswered ? "Waiting for" : "Connecting to"} ${serverOf(url)}`);
    },
    onResponse({ url }) {
      hasAnswered = true;
      waitingFor?.(`Waiting for ${serverOf(url)}`);
    },
    onRetry({ url, attempt }) {
      waitingFor?.(`Trying again at ${serverOf(url)} (attempt ${attempt + 1})`);
    },
  };
}

/** Says how far the upload of a file is; once it is all sent, that the server reads it. Undefined where nobody is told. */
export function tellUpload({ waitingFor }: Io, path: string): ((progress: UploadProgress) => void) | undefined {
  if (waitingFor === undefined) return undefined;
  const name = basename(path);
  return ({ sentBytes, totalBytes }) => {
    if (totalBytes === undefined) waitingFor(`Uploading ${name}`);
    else if (sentBytes >= totalBytes) waitingFor(`Uploaded ${name}, waiting for the server`);
    else waitingFor(`Uploading ${name} ${Math.floor((100 * sentBytes) / totalBytes)} %`);
  };
}

/** What stands before `/apis` in an address. */
function serverOf(url: string): string {
  return url.replace(/\/apis\/.*$/s, "");
}
