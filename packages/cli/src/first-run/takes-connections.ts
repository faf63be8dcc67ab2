import { connect } from "node:net";

/**
 * Whether something on this machine takes connections at an address. Nothing is sent.
 *
 * @param patienceMs - After so many milliseconds nobody does.
 */
export function takesConnections({ hostname, port, protocol }: URL, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || (protocol === "https:" ? 443 : 80),
    });
    const end = (isTaken: boolean): void => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
