import type { Option } from "../command-line/option.ts";
import { readTarget, type TunnelTarget } from "./target.ts";

/** The option that has a command go through a tunnel, which it opens and closes again. */
export const tunnelOption: Option<TunnelTarget | undefined> = {
  kind: "value",
  placeholder: "service",
  doc: "Go through a tunnel into the cluster of the kubeconfig: to namespace/service, or without that to the Kubeflow Pipelines that is found there.",
  bare: true,
  read: (text) => (text === "" ? {} : readTarget(text)),
};

const FLAG = "--tunnel";
/** What `--output name` prints of resources looks like a service with its namespace: run/ID. */
const RESOURCE = /^(experiment|pipeline|pipeline-version|run|recurring-run|context)\/[^/]+$/;
/** The services that are known without their namespace. */
const WELL_KNOWN = /^(ml-pipeline|ml-pipeline-ui|istio-ingressgateway)$/;

/**
 * Ties `--tunnel` to its value, which it may go without: the next word where that names a service, and no resource.
 * Behind an equals sign everything is its value.
 */
export function attachTunnel(argv: readonly string[]): readonly string[] {
  const index = argv.indexOf(FLAG);
  if (index < 0) return argv;
  const next = argv[index + 1];
  const isValue = next !== undefined && namesService(next);
  return [
    ...argv.slice(0, index),
    isValue ? `${FLAG}=${next}` : `${FLAG}=`,
    ...attachTunnel(argv.slice(index + (isValue ? 2 : 1))),
  ];
}

function namesService(word: string): boolean {
  if (WELL_KNOWN.test(word)) return true;
  if (!word.includes("/") || RESOURCE.test(word)) return false;
  try {
    readTarget(word);
    return true;
  } catch {
    return false;
  }
}
