import { randomUUID } from "node:crypto";

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,127}$/;

/** The id of a request: the one that it brings, where that is short and plain enough for a log, else a new one. */
export function requestIdOf(brought: string | undefined): string {
  return brought !== undefined && SANE.test(brought) ? brought : randomUUID();
}
