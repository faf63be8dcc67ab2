import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import { type System, systemCode } from "../system.ts";
import type { ClientCertificate, Credentials, RequestCredentials } from "./credentials.ts";

/** Where a token lies, and how to speak of it. */
export interface TokenFile {
  readonly path: string;
  /** Where the path comes from: `tokenFile of user "dev"`. */
  readonly origin: string;
  /** Used until the file could be read for the first time. */
  readonly fallback?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
}

/**
 * The token of a file that somebody replaces (a kubelet does, long before it ends). It is read for every request, which
 * costs little beside the request, so that a new token counts at once. While the file cannot be read, the token read
 * last goes on being used: files are not always replaced in one step.
 */
export function tokenFileCredentials(file: TokenFile, { readFile }: Pick<System, "readFile">): Credentials {
  let last = file.fallback;
  let reading: Promise<RequestCredentials> | undefined;

  const read = async (): Promise<RequestCredentials> => {
    try {
      last = parseToken(file, await readFile(file.path));
    } catch (cause) {
      if (last === undefined) throw cause instanceof KubernetesConfigError ? cause : unreadable(file, cause);
    }
    return { authorization: `Bearer ${last}`, certificate: file.certificate };
  };
  return {
    current: () => {
      if (reading !== undefined) return reading;
      const begun = read().finally(() => {
        if (reading === begun) reading = undefined;
      });
      reading = begun;
      return begun;
    },
    // What is being read now may have been read before the token was replaced.
    refused: () => {
      reading = undefined;
    },
  };
}

function parseToken({ path, origin }: TokenFile, text: string): string {
  const token = text.trim();
  // One line of what a header may hold. What is in the file instead is not said: it may be a secret of another kind.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const fact = token === "" ? "is empty" : "holds something that is no token";
  throw new KubernetesConfigError(
    "NO_CREDENTIALS",
    `The token file ${path} (${origin}) ${fact}. Write a token into it, or correct its path.`,
    { lookedAt: [path] },
  );
}

function unreadable({ path, origin }: TokenFile, cause: unknown): KubernetesConfigError {
  const fact = systemCode(cause) === "ENOENT" ? "does not exist" : `cannot be read (${systemCode(cause) || "unknown"})`;
  return new KubernetesConfigError(
    "NO_CREDENTIALS",
    `The token file ${path} (${origin}) ${fact}. Put the token there, or correct its path.`,
    { lookedAt: [path], cause },
  );
}
