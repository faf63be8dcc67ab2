import type { Log } from "@kfp-ts/server/ports";
import type { PodDefaultSource } from "./pod-default-source.ts";

/** The files that the webhook proves itself with. They are read again when they change. */
export interface PodDefaultTls {
  /** Path of a PEM file: the certificate, followed by those between it and the authority. */
  readonly cert: string;
  /** Path of a PEM file: the private key of the certificate. */
  readonly key: string;
  /** Path of a PEM file: only clients with a certificate by one of these authorities are answered. */
  readonly clientCa?: string | undefined;
}

/** How the webhook is served. */
export interface ServePodDefaultsOptions {
  readonly podDefaults: PodDefaultSource;
  readonly tls: PodDefaultTls;
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** 0: any that is free. @default 8443 */
  readonly port?: number | undefined;
  /** @default says nothing */
  readonly log?: Log | undefined;
  /** How often the certificate files are looked at, in milliseconds. @default 10 000 */
  readonly certificateCheckMs?: number | undefined;
}

/** A webhook that listens. */
export interface PodDefaultWebhook {
  /** What a MutatingWebhookConfiguration calls: `https://127.0.0.1:8443/apply-poddefault`. */
  readonly url: string;
  readonly port: number;
  /** Answers what is under way, then ends; the source of the PodDefaults stays open, since it was made elsewhere. */
  close(): Promise<void>;
}
