import { KfpError } from "./kfp-error.ts";

/** A file on this machine that cannot be read. */
export interface UnreadableFile {
  /** What it is called in the message; its path alone where nothing is said. */
  readonly what?: string;
  /** Why not. @default what the system says */
  readonly fact?: string;
  readonly fix?: string;
  /** What the system threw. */
  readonly cause?: unknown;
}

/** The error for a file that cannot be read. */
export function unreadable(path: string, { what, fact, fix, cause }: UnreadableFile): KfpError {
  const subject = what === undefined ? path : `${what} ${path}`;
  return new KfpError("FILE_UNREADABLE", {
    message: `${subject} cannot be read: ${fact ?? reasonOf(cause)}.`,
    fix,
    cause,
  });
}

function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EISDIR") return "it is no file";
  return cause instanceof Error ? cause.message : String(cause);
}
