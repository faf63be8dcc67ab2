/** Why the file system refused, in a few words. */
export function fileReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "it is not allowed";
    case "EROFS":
      return "the file system can only be read";
    case "ENOSPC":
      return "the disk is full";
    case "EISDIR":
      return "it is a directory";
    case "ELOOP":
      return "it is a link that leads back to itself";
    case "ENOTDIR":
    case "EEXIST":
      return "something on its path is no directory";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
