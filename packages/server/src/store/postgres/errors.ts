import { invalidArgument, StatusError } from "@kfp-ts/api";

/** The code of an error: five characters where PostgreSQL says it, a name such as ECONNREFUSED where the system does. */
export function postgresCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** PostgreSQL's own words, or the system's. They never hold the password. */
export function reason(error: unknown): string {
  // Where a name has several addresses, the error that holds those of all of them has no text of its own.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reason).join("; ");
  return error instanceof Error ? error.message : String(error);
}

const SERVER_GOES = /^(08|57P0[1-5]|53300)/;
const NETWORK_CODE = /^(E[A-Z]+|ERR_[A-Z_]+)$/;
/** The driver gives these no code. */
const NETWORK_TEXT =
  /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered|Client was closed)/i;

/** Whether the connection is lost or was never made. */
export function isConnectionLoss(error: unknown): boolean {
  const code = postgresCode(error);
  if (code !== undefined) return SERVER_GOES.test(code) || NETWORK_CODE.test(code);
  return error instanceof Error && NETWORK_TEXT.test(error.message);
}

/**
 * Whether the same transaction may well succeed when it is tried again: another one came in between, be it as a
 * deadlock (40…) or by deleting what a new row refers to (23503).
 */
export function isConflict(error: unknown): boolean {
  return ["40001", "40P01", "23503"].includes(postgresCode(error) ?? "");
}

/** What an error means for the one who called. An error that is not PostgreSQL's stays as it is. */
export function postgresFailure(error: unknown, label: string): unknown {
  if (error instanceof StatusError) return error;
  const options = { cause: error };
  if (isConnectionLoss(error)) {
    return new StatusError("UNAVAILABLE", `${label} does not answer (${reason(error)}). Try again later.`, options);
  }
  const code = postgresCode(error);
  switch (code) {
    case "53100":
    case "53200":
    case "53400":
    case "25006":
    case "57014":
    case "58030":
      return new StatusError(
        "UNAVAILABLE",
        `${label} could not do it (${reason(error)}), so nothing was stored. Look after that server and try again.`,
        options,
      );
    case "22021":
    case "54000":
    case "54001":
      return invalidArgument(`The database cannot take this text (${reason(error)}).`, options);
    case "XX001":
    case "XX002":
      return new StatusError("DATA_LOSS", `${label} is damaged (${reason(error)}). Restore a backup.`, options);
    default:
      return isConflict(error)
        ? new StatusError("UNAVAILABLE", `${label} is too busy with the same rows. Try again.`, options)
        : error;
  }
}
