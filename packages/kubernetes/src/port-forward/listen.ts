import type { AddressInfo, Server } from "node:net";
import { systemCode } from "../system.ts";
import { PortForwardError } from "./port-forward-error.ts";

/**
 * Has a server listen on 127.0.0.1: nobody but this machine may come in.
 *
 * @param port - 0 for a free one.
 * @returns the port
 * @throws PortForwardError PORT_IN_USE, PORT_UNUSABLE
 */
export function listenHere(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(refusedPort(port, cause)));
    server.listen({ host: "127.0.0.1", port }, () => {
      server.removeAllListeners("error");
      // A connection that could not be accepted, because there are too many files, is no reason to end.
      server.on("error", () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function refusedPort(port: number, cause: Error): PortForwardError {
  const code = systemCode(cause);
  if (code === "EADDRINUSE") {
    const fact = `Port ${port} of this machine is taken by another program.`;
    return new PortForwardError("PORT_IN_USE", `${fact} Leave it out to get a free one, or name another.`, { cause });
  }
  const fact =
    code === "EACCES"
      ? `Port ${port} of this machine needs more rights than this program has (EACCES).`
      : `Port ${port} of this machine cannot be listened on: ${cause.message}.`;
  return new PortForwardError("PORT_UNUSABLE", `${fact} Leave it out to get a free one, or name one above 1024.`, {
    cause,
  });
}
