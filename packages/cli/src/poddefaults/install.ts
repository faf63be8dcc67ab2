import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FailurePolicy, WebhookTarget } from "@kfp-ts/kubeflow";
import { clusterOptions, withCluster } from "../cluster/cluster-options.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, option, textOption } from "../command-line/option.ts";
import { shellWord } from "../command-line/shell.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { certDirOption, certificateDirectory } from "./certificate-directory.ts";
import { installFailure } from "./install-failure.ts";

/** `kfp-ts poddefaults install`: makes a cluster ask the PodDefault webhook. */
export const install = command({
  name: "install",
  summary: "Register the PodDefault webhook in a cluster, with its certificate and the custom resource.",
  description:
    "Only pods of profiles' namespaces are given to it. Installing again keeps what is in order, and renews a certificate " +
    "that is near its end.",
  options: {
    url: textOption("url", "Where the API server finds the webhook: https://127.0.0.1:8443."),
    service: textOption(
      "namespace/name",
      "The service of the cluster that the webhook is behind; with a port, if not 443.",
    ),
    certDir: certDirOption,
    caBundle: textOption("path", "The webhook has a certificate of its own, by an authority of this file (PEM)."),
    failurePolicy: option<FailurePolicy>(
      "policy",
      "What becomes of pods while the webhook does not answer: Ignore creates them as they are, Fail does not.",
      readPolicy,
      { otherwise: "Ignore", completes: ["Ignore", "Fail"] },
    ),
    replace: flag("Take other PodDefault webhooks away, as Kubeflow's own, and come in their place."),
    ...clusterOptions,
  },
  examples: ["poddefaults install --url https://127.0.0.1:8443", "poddefaults install --service kubeflow/poddefaults"],
  speaks: false,
  async run({ options, io }) {
    const { installPodDefaults } = await import("@kfp-ts/kubeflow");
    const target = await targetOf(options);
    const certDir = certificateDirectory(options.certDir, io);
    const caBundle = options.caBundle === undefined ? undefined : await readBundle(options.caBundle);
    const { failurePolicy, replace } = options;
    const kept: string[] = [];
    await withCluster(options, io, (kubernetes) =>
      installPodDefaults(kubernetes, {
        target,
        certDir,
        caBundle,
        failurePolicy,
        replace,
        now: io.now,
        onStep: ({ title, outcome }) => {
          const said = outcome === "kept" ? "kept: it was there, and kfp-ts did not make it" : outcome;
          io.stdout.write(`${printable(title)} ${said}\n`);
        },
        onReplace: async (name, yaml) => {
          kept.push(`To bring ${printable(name)} back: ${await keepReplaced(certDir, name, yaml)}\n`);
        },
      }),
    ).catch((error: unknown) => {
      throw installFailure(error);
    });
    for (const line of kept) io.stderr.write(line);
    io.stderr.write(nextStep(target, options, io));
  },
});

interface Said {
  readonly url: string | undefined;
  readonly service: string | undefined;
  readonly certDir: string | undefined;
  readonly caBundle: string | undefined;
}

async function targetOf({ url, service }: Said): Promise<WebhookTarget> {
  const { serviceTarget, urlTarget } = await import("@kfp-ts/kubeflow");
  if ((url === undefined) === (service === undefined)) {
    throw new UsageError(
      url === undefined ? "Where is the webhook?" : "--url and --service exclude each other.",
      "Say --url https://127.0.0.1:8443 for one outside of the cluster, or --service NAMESPACE/NAME for one inside.",
    );
  }
  try {
    return url === undefined ? serviceTarget(service ?? "") : urlTarget(url);
  } catch (error) {
    throw installFailure(error);
  }
}

/**
 * Keeps what is about to be replaced.
 *
 * @returns the command that brings it back.
 */
async function keepReplaced(certDir: string, name: string, yaml: string): Promise<string> {
  const { prepareCertificateDirectory } = await import("@kfp-ts/kubeflow");
  await prepareCertificateDirectory(certDir);
  const path = replacedFile(certDir, name);
  await writeFile(path, yaml, { mode: 0o600 });
  return `kubectl apply --filename ${shellWord(path)}`;
}

/** Where a registration is kept that was replaced. */
export function replacedFile(certDir: string, name: string): string {
  return join(certDir, `replaced-${name.replaceAll(/[^a-z0-9.-]/g, "-")}.yaml`);
}

async function readBundle(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CommandError(
      `The bundle of authorities ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

/** What has to run for pods to get their PodDefaults. */
function nextStep(target: WebhookTarget, { certDir, caBundle }: Said, io: Io): string {
  if (caBundle !== undefined) return "";
  if (target.kind === "service") {
    return (
      `Behind the service ${target.namespace}/${target.name} has to run: kfp-ts poddefaults serve --host 0.0.0.0 ` +
      "--tls-cert FOLDER/tls.crt --tls-key FOLDER/tls.key\n" +
      "where the secret kfp-ts-poddefaults-tls is mounted at FOLDER.\n"
    );
  }
  const port = new URL(target.url).port || "443";
  const directory = certDir === undefined ? "" : ` --cert-dir ${shellWord(certificateDirectory(certDir, io))}`;
  return `Pods get their PodDefaults while this runs: kfp-ts poddefaults serve --port ${port}${directory}\n`;
}

function readPolicy(text: string): FailurePolicy {
  if (text === "Ignore" || text === "Fail") return text;
  throw new UsageError(`"${text}" is no failure policy; there are Ignore and Fail.`);
}
