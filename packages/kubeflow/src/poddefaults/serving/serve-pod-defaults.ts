import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import type { PodDefaultTls, PodDefaultWebhook, ServePodDefaultsOptions } from "../serve-options.ts";
import { CertificateFileError, type Certificates, readCertificates, sameCertificates } from "./certificates.ts";
import { REVIEW_PATH, webhookListener } from "./webhook-listener.ts";

/** The webhook cannot be served where it was told to. */
export class WebhookStartError extends Error {
  override readonly name = "WebhookStartError";
}

/**
 * Serves the PodDefault webhook over TLS 1.2 or later: `/apply-poddefault`, `/healthz`, and `/readyz`, which is 503 until
 * the PodDefaults are known.
 *
 * @throws CertificateFileError for a certificate file that cannot be used.
 * @throws WebhookStartError where nothing can listen at host and port.
 */
export async function servePodDefaults({
  podDefaults,
  tls,
  host = "127.0.0.1",
  port = 8443,
  log = silentLog,
  certificateCheckMs = 10_000,
}: ServePodDefaultsOptions): Promise<PodDefaultWebhook> {
  const certificates = await readCertificates(tls);
  const clientCertificate = tls.clientCa !== undefined;
  const server = serverWith(certificates, tls, clientCertificate);
  server.on("request", webhookListener({ podDefaults, log, clientCertificate }));
  server.on("tlsClientError", (error) => log.debug({ err: error }, "a TLS connection was not made"));
  await listen(server, host, port);
  const stopFollowing = followCertificates(server, tls, certificates, certificateCheckMs, log);
  const bound = (server.address() as AddressInfo).port;
  const url = `https://${host.includes(":") ? `[${host}]` : host}:${bound}${REVIEW_PATH}`;
  log.info({ url }, "the PodDefault webhook listens");
  return {
    url,
    port: bound,
    close: () => {
      stopFollowing();
      return new Promise((resolve) => {
        // What is answered now becomes idle a moment later.
        const sweep = setInterval(() => server.closeIdleConnections(), 20);
        server.close(() => {
          clearInterval(sweep);
          resolve();
        });
      });
    },
  };
}

function serverWith(certificates: Certificates, tls: PodDefaultTls, clientCertificate: boolean): Server {
  try {
    return createServer({
      ...certificates,
      minVersion: "TLSv1.2",
      // Asked for, but not needed to connect: probes have none. The listener looks at it.
      requestCert: clientCertificate,
      rejectUnauthorized: false,
      requestTimeout: 30_000,
      // Longer than the 90 seconds of the API server, so that it never writes to a connection that is just being closed.
      keepAliveTimeout: 120_000,
    });
  } catch {
    throw new CertificateFileError(unusable(tls));
  }
}

function unusable({ cert, key }: PodDefaultTls): string {
  return `The certificate ${cert} and the private key ${key} cannot be used together: one is damaged, or they are no pair.`;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const why =
        error.code === "EADDRINUSE" ? "the port is taken; choose another with port" : (error.code ?? "unknown");
      reject(
        new WebhookStartError(`The PodDefault webhook cannot listen at ${host}:${port}: ${why}.`, { cause: error }),
      );
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

/**
 * Takes new certificates into use when the files have changed. The contents are compared: in a pod, files are swapped
 * behind a link, and neither time nor event tells reliably. Files that do not fit, as while one of two is written, leave
 * the old ones in force.
 */
function followCertificates(
  server: Server,
  tls: PodDefaultTls,
  first: Certificates,
  everyMs: number,
  log: Log,
): () => void {
  let inForce = first;
  let complaint: string | undefined;
  const complain = (message: string): void => {
    if (message !== complaint) log.warn({}, `${message} The certificate that was there before stays in use.`);
    complaint = message;
  };
  const check = async (): Promise<void> => {
    try {
      const found = await readCertificates(tls);
      if (sameCertificates(found, inForce)) return;
      server.setSecureContext({ ...found, minVersion: "TLSv1.2" });
      inForce = found;
      complaint = undefined;
      log.info({ cert: tls.cert }, "a new certificate is in use");
    } catch (error) {
      complain(error instanceof CertificateFileError ? error.message : unusable(tls));
    }
  };
  const timer = setInterval(() => void check(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
