import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { LdapConfiguration } from "./ldap-configuration.ts";
import { askForTls } from "./start-tls.ts";

/**
 * Connects to a directory, protected as its configuration has it: who calls can send passwords.
 *
 * @param signal - Ends the connection too, at any time later.
 */
export async function openSocket(configuration: LdapConfiguration, signal: AbortSignal): Promise<Socket> {
  const { host, port, protection } = configuration;
  const plain = connect({ host, port, signal });
  // One that nobody listens to would end the process; who waits hears of it by the close.
  plain.on("error", () => undefined);
  try {
    await event(plain, "connect", signal);
    if (protection === "none") return plain;
    if (protection === "startTLS") await askForTls(plain);
    return await protect(plain, configuration, signal);
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

async function protect(
  socket: Socket,
  { host, insecureSkipVerify, rootCA, clientCertificate }: LdapConfiguration,
  signal: AbortSignal,
): Promise<Socket> {
  const secured = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: !insecureSkipVerify,
    ...(rootCA !== undefined && { ca: rootCA }),
    ...clientCertificate,
  });
  secured.on("error", () => undefined);
  signal.addEventListener("abort", () => secured.destroy(), { once: true });
  await event(secured, "secureConnect", signal);
  return secured;
}

/** Waits for an event of a socket. @throws its error, or the reason of the signal */
async function event(socket: Socket, name: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    socket.once(name, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("it closes the connection")));
    signal.addEventListener("abort", abort, { once: true });
  });
}
