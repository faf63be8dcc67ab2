import { endpointOfTunnel } from "@kfp-ts/sdk/tunnels";
import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { option, textOption } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import type { Io, StopSignal } from "../io.ts";
import { outputOption } from "../output/output-option.ts";
import { printable } from "../output/printable.ts";
import { printerFor } from "../output/printer.ts";
import { styleFor } from "../output/style.ts";
import { waitingLine } from "../output/waiting-line.ts";
import { tunnelFacts, tunnelText } from "../tunnels/announce-tunnel.ts";
import { chosenCluster, kubeOptions } from "../tunnels/cluster-choice.ts";
import { type Forward, openForward } from "../tunnels/forward.ts";
import { readTarget, type TunnelTarget } from "../tunnels/target.ts";
import { tellEvents } from "../tunnels/tell-events.ts";

/** `kfp-ts port-forward`: a port of this machine that leads into a cluster. */
export const portForward = command({
  name: "port-forward",
  summary: "Open a way into a Kubernetes cluster, without kubectl.",
  description:
    "A port of this machine leads to a service of the cluster, for as long as this runs: when its pods come and go, it " +
    "goes on with the next one. Without a service it leads to the Kubeflow Pipelines of the cluster, or to its gateway " +
    "where people have to log in. kubectl is not needed; the kubeconfig is. Ctrl-C ends it.",
  optionalArg: {
    name: "service",
    doc: "ml-pipeline-ui, istio-system/istio-ingressgateway, kubeflow/ml-pipeline:8888.",
  },
  options: {
    namespace: textOption("name", "The namespace of the service.", {
      short: "n",
      otherwise: "the one that has it, of all that may be listed",
    }),
    ...kubeOptions,
    localPort: option("number", "The port on this machine.", wholeNumber(0, 65_535), { otherwise: "one that is free" }),
    ...outputOption,
  },
  examples: [
    "port-forward",
    "port-forward ml-pipeline-ui --namespace kubeflow --local-port 3000",
    "port-forward istio-system/istio-ingressgateway --kube-context prod --local-port 8080",
    "port-forward --output json",
  ],
  speaks: false,
  stopsItself: true,
  async run({ optionalArg, options, io }): Promise<ExitCode> {
    const target = targetOf(optionalArg, options.namespace);
    const cluster = chosenCluster(options, target, io);
    const line = waitingLine(io);
    const stop = stopOnce(line.io);
    line.io.waitingFor?.("Opening a way into the cluster");
    const opening = openForward({
      cluster,
      target,
      hasCredentials: false,
      localPort: options.localPort || undefined,
      signal: stop.signal,
      onEvent: tellEvents(io),
    });
    try {
      const opened = await Promise.race([opening, stop.stopped]).finally(() => line.end());
      if (typeof opened === "string") return exitOf(opened);
      await show(opened, options.output, io);
      const signal = await stop.stopped;
      await opened.tunnel.close();
      return exitOf(signal);
    } finally {
      stop.end();
      // What comes about after a stop is not wanted any more.
      opening.then(({ tunnel }) => tunnel.close()).catch(() => undefined);
    }
  },
});

function targetOf(word: string | undefined, namespace: string | undefined): TunnelTarget {
  const target = word === undefined ? {} : readTarget(word);
  if (namespace !== undefined && target.namespace !== undefined && namespace !== target.namespace) {
    throw new UsageError(
      `Two namespaces are named: ${printable(namespace)} and ${target.namespace}.`,
      "Leave one of them out.",
    );
  }
  return { ...target, namespace: namespace ?? target.namespace };
}

/** One line on stdout for programs, however long it is; for people what they can do with it. */
async function show({ tunnel, note }: Forward, format: "table" | "json" | "yaml" | "name" = "table", io: Io) {
  if (format === "json") io.stdout.write(`${JSON.stringify(tunnelFacts(tunnel))}\n`);
  else if (format === "name") io.stdout.write(`${endpointOfTunnel(tunnel)}\n`);
  else
    await printerFor(format, io).fact(tunnelText(tunnel, styleFor(io.stdout.isTerminal, io.env)), tunnelFacts(tunnel));
  if (note !== undefined) io.stderr.write(`${printable(note)}\n`);
}

interface Stop {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  readonly stopped: Promise<StopSignal>;
  /** Listens no more. */
  end(): void;
}

function stopOnce(io: Io): Stop {
  const abort = new AbortController();
  let end: () => void = () => {};
  const stopped = new Promise<StopSignal>((resolve) => {
    end = io.onStop((signal) => {
      resolve(signal);
      abort.abort(new Error("stopped"));
    });
  });
  return { signal: abort.signal, stopped, end };
}

function exitOf(signal: StopSignal): ExitCode {
  return signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
}
