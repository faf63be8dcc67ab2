import { lookup as systemLookup } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { checkServerIdentity, type TLSSocket, connect as tlsConnect } from "node:tls";
import { onAbort } from "../on-abort.ts";
import type { ResolvedAddress, TlsOptions } from "../transport/tls-options.ts";
import type { NetworkPort, TlsLook } from "./ports.ts";

/** The network of this machine. */
export const nodeNetwork: NetworkPort = {
  lookup: (hostname, timeoutMs, lookup) =>
    within(timeoutMs, "EAI_AGAIN", lookup === undefined ? bySystem(hostname) : lookup(hostname)),
  async tcp(address, port, timeoutMs, over) {
    const socket = connect({ host: address, port });
    try {
      await within(timeoutMs, "ETIMEDOUT", when(socket, "connect", over));
    } finally {
      socket.destroy();
    }
  },
  async tls({ address, port, hostname }, tls, timeoutMs, over) {
    const ca = await authoritiesOf(tls);
    const isName = !/^[\d.]+$/.test(hostname) && !hostname.includes(":");
    const socket = tlsConnect({
      host: address,
      port,
      // What is shown is looked at, whatever it is; nothing is sent.
      rejectUnauthorized: false,
      ...(isName && { servername: hostname }),
      ...(ca !== undefined && { ca }),
      // An address has no name to ask for, and is checked all the same.
      checkServerIdentity: (_name, certificate) => checkServerIdentity(hostname, certificate),
    });
    try {
      await within(timeoutMs, "ETIMEDOUT", when(socket, "secureConnect", over));
      return shownBy(socket);
    } finally {
      socket.destroy();
    }
  },
};

/** The thread that asks the system cannot be ended: nobody waits for it any longer than `within` does. */
async function bySystem(hostname: string): Promise<readonly ResolvedAddress[]> {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

async function authoritiesOf({ ca, caFile }: TlsOptions): Promise<string | string[] | undefined> {
  if (caFile !== undefined) return readFile(caFile, "utf8").catch(() => undefined);
  return ca === undefined || typeof ca === "string" ? ca : [...ca];
}

function shownBy(socket: TLSSocket): TlsLook {
  const { subject, issuer, subjectaltname = "", valid_from, valid_to } = socket.getPeerCertificate();
  // Node gives the code where there is one, whatever its types say.
  const problem = socket.authorized ? undefined : String(socket.authorizationError ?? "CERT_UNTRUSTED");
  return {
    protocol: socket.getProtocol() ?? "TLS",
    subject: named(subject),
    names: subjectaltname
      .split(", ")
      .map((name) => printable(name.replace(/^DNS:|^IP Address:/, "")))
      .filter(Boolean),
    issuer: named(issuer),
    validFrom: new Date(valid_from),
    validTo: new Date(valid_to),
    problem,
  };
}

function named(name: { readonly CN?: string | string[]; readonly O?: string | string[] } | undefined): string {
  return printable(String(name?.CN ?? name?.O ?? ""));
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}

function when(socket: Socket, event: "connect" | "secureConnect", over: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(over, () => socket.destroy());
    socket.once("close", forget);
    socket.once(event, () => resolve());
    socket.on("error", reject);
    socket.once("close", () => reject(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })));
  });
}

function within<T>(timeoutMs: number, code: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code })),
      timeoutMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
