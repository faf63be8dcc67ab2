import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "../start-error.ts";
import { findPortHolder } from "./port-holder.ts";

/**
 * Lets a server listen.
 *
 * @param port - 0 for any that is free.
 * @returns the port that it listens on.
 * @throws StartError that says what is in the way, and which process where it is one.
 */
export function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      explain(error, host, port).then(reject, reject);
    };
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.off("error", fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function explain(cause: NodeJS.ErrnoException, host: string, port: number): Promise<Error> {
  switch (cause.code) {
    case "EADDRINUSE":
      return portBusy(host, port, cause);
    case "EACCES":
      return new StartError(
        "ERR_PORT_FORBIDDEN",
        `Port ${port} on ${host} may only be opened by a privileged user. Choose one above 1023 with --port.`,
        { cause },
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAFNOSUPPORT":
      return new StartError("ERR_ADDRESS_UNKNOWN", `This machine has no address ${host}. Choose another with --host.`, {
        cause,
      });
    default:
      return cause;
  }
}

async function portBusy(host: string, port: number, cause: Error): Promise<StartError> {
  const holder = await findPortHolder(port);
  const who =
    holder === undefined
      ? `another process; ${searchHint(port)} tells which`
      : `process ${holder.processId}${holder.command === "" ? "" : ` (${holder.command})`}`;
  return new StartError(
    "ERR_PORT_BUSY",
    `Port ${port} on ${host} is in use by ${who}. Stop it, or choose another port with --port (0 for any that is free).`,
    { cause, processId: holder?.processId },
  );
}

function searchHint(port: number): string {
  return process.platform === "win32" ? `netstat -ano | findstr :${port}` : `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
}
