import { UsageError } from "../command-error.ts";
import { type OutputFormat, outputFormats } from "../output/printer.ts";
import { kubeOptions } from "../tunnels/cluster-choice.ts";
import { tunnelOption } from "../tunnels/tunnel-option.ts";
import { parseDuration } from "./duration.ts";
import { flag, option, textOption, type ValuesOf } from "./option.ts";
import { readServiceAccount, type ServiceAccountName } from "./service-account-name.ts";
import type { Origin } from "./values.ts";

/** The options of every command that speaks to a server. They may also stand before the command. */
export const sharedOptions = {
  output: option<OutputFormat>("format", "How to print results: table, json, yaml or name.", readFormat, {
    short: "o",
    env: ["KFP_OUTPUT"],
    otherwise: "table",
    completes: outputFormats,
  }),
  endpoint: textOption("url", "The server: what stands before /apis in its URLs.", {
    env: ["KFP_ENDPOINT", "KF_PIPELINES_ENDPOINT"],
    otherwise:
      "that of the context; else the server that kfp-ts serve runs on this machine; in a pod, the one of its cluster; else the one of the kubeconfig's cluster",
  }),
  tunnel: tunnelOption,
  ...kubeOptions,
  context: textOption(
    "name",
    "The context to use: endpoint, namespace and credentials that kfp-ts context set has saved.",
    {
      env: ["KFP_CONTEXT"],
      otherwise: "the current one, which kfp-ts context use has chosen",
      completes: "contexts",
    },
  ),
  namespace: textOption("name", "The Kubernetes namespace, where the server is multi-user.", {
    short: "n",
    env: ["KFP_NAMESPACE"],
  }),
  tokenFile: textOption("path", "Send the service account token of this file; it is read again when it changes.", {
    env: ["KF_PIPELINES_SA_TOKEN_PATH"],
  }),
  asServiceAccount: option<ServiceAccountName>(
    "namespace/name",
    "Have Kubernetes make a token of this service account, with the rights of the kubeconfig, and send that.",
    readServiceAccount,
  ),
  timeout: option("duration", "How long one request may take: 30s, 2m, 500ms.", parseDuration, { otherwise: "30s" }),
  caFile: textOption("path", "Trust the certificate authorities of this file (PEM) instead of the usual ones."),
  insecureSkipTlsVerify: flag("Accept any certificate. Anybody on the way can then read and change everything."),
  verbose: flag("Tell every request and its answer on stderr."),
};

/** What all commands that speak to a server are told. */
export type SharedValues = ValuesOf<typeof sharedOptions>;

/** Which option or variable has said each of them; what nobody has said is missing. */
export type SharedOrigins = Readonly<Partial<Record<keyof SharedValues, Origin>>>;

/** Reads one of the output formats. @throws UsageError */
export function readFormat(text: string): OutputFormat {
  const format = outputFormats.find((candidate) => candidate === text);
  if (format === undefined)
    throw new UsageError(`"${text}" is no output format; there are ${outputFormats.join(", ")}.`);
  return format;
}
