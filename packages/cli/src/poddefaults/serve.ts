import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PodDefaultTls } from "@kfp-ts/kubeflow";
import { clusterOptions, withCluster } from "../cluster/cluster-options.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { option, textOption } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import { exitCodes } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { styleFor } from "../output/style.ts";
import { type LogLevel, logLevels, readLevel, serverLog } from "../serve/log.ts";
import { stopSignals } from "../serve/stop-signals.ts";
import { certDirOption, certificateDirectory } from "./certificate-directory.ts";
import { installFailure } from "./install-failure.ts";

/** `kfp-ts poddefaults serve`: the PodDefault webhook. */
export const serve = command({
  name: "serve",
  summary: "Run the PodDefault webhook: it puts what PodDefaults say into pods that are created.",
  description:
    "An API server asks it once it is registered: kfp-ts poddefaults install. It answers as Kubeflow's own webhook does. " +
    "Ctrl-C stops it once requests under way are answered.",
  options: {
    host: textOption("address", "The address to listen on.", { otherwise: "127.0.0.1" }),
    port: option("number", "The port to listen on; 0 for any that is free.", wholeNumber(0, 65_535), {
      otherwise: "8443",
    }),
    tlsCert: textOption("path", "Its certificate (PEM), with those between it and the authority."),
    tlsKey: textOption("path", "The private key of the certificate (PEM)."),
    clientCa: textOption("path", "Answer only who has a certificate by an authority of this file (PEM)."),
    certDir: certDirOption,
    ...clusterOptions,
    logLevel: option<LogLevel>("level", "How much it says: debug, info, warn, error or silent.", readLevel, {
      otherwise: "info",
      completes: logLevels,
    }),
  },
  examples: [
    "poddefaults serve",
    "poddefaults serve --host 0.0.0.0 --tls-cert /certs/tls.crt --tls-key /certs/tls.key",
  ],
  speaks: false,
  stopsItself: true,
  async run({ options, io }) {
    const { servePodDefaults, watchedPodDefaults } = await import("@kfp-ts/kubeflow");
    const { host, port, clientCa } = options;
    const tls = { ...(await certificateOf(options, io)), clientCa };
    const log = serverLog(io, options.logLevel ?? "info");
    const stopping = stopSignals(io);
    const exitCode = await withCluster(options, io, async (kubernetes) => {
      const podDefaults = watchedPodDefaults({ kubernetes, log });
      try {
        const webhook = await servePodDefaults({ podDefaults, tls, host, port, log });
        const style = styleFor(io.stdout.isTerminal, io.env);
        io.stdout.write(`${style.bold(`PodDefault webhook on ${webhook.url}`)}\n`);
        io.stdout.write(`  cluster  ${kubernetes.access.server}\n${style.dim("Ctrl-C stops it.")}\n`);
        await stopping.first;
        io.stderr.write("Stopping.\n");
        return await Promise.race([webhook.close().then(() => exitCodes.done), stopping.second]);
      } finally {
        podDefaults.close();
      }
    }).catch((error: unknown) => {
      throw startFailure(error);
    });
    stopping.end();
    return exitCode;
  },
});

interface Said {
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly certDir: string | undefined;
}

/** The certificate that was said, else the one that `poddefaults install` has made. */
async function certificateOf({ tlsCert, tlsKey, certDir }: Said, io: Io): Promise<PodDefaultTls> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError("--tls-cert and --tls-key belong together.", "Say both, or none of them.");
  }
  if (tlsCert !== undefined && tlsKey !== undefined) {
    if (certDir !== undefined) throw new UsageError("--cert-dir and --tls-cert exclude each other.", "Leave one out.");
    return { cert: tlsCert, key: tlsKey };
  }
  const directory = certificateDirectory(certDir, io);
  const [cert, key] = [join(directory, "tls.crt"), join(directory, "tls.key")];
  if (!existsSync(cert)) {
    throw new UsageError(
      `There is no certificate in ${directory}, and API servers take nothing without one.`,
      "Make and register one: kfp-ts poddefaults install --url https://127.0.0.1:8443. Or say --tls-cert and --tls-key.",
    );
  }
  // A key that was made here is its owner's alone; who names a key answers for it.
  const { readCertificateFiles } = await import("@kfp-ts/kubeflow");
  await readCertificateFiles(directory).catch((error: unknown) => {
    throw installFailure(error);
  });
  return { cert, key };
}

function startFailure(error: unknown): unknown {
  const isKnown =
    error instanceof Error && (error.name === "WebhookStartError" || error.name === "CertificateFileError");
  return isKnown ? new CommandError(error.message) : error;
}
