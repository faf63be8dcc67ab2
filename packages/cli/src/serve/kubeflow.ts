import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Kubeflow } from "@kfp-ts/kubeflow";
import type { Log } from "@kfp-ts/server";
import { UsageError } from "../command-error.ts";
import { flag, option, repeated, type ValuesOf } from "../command-line/option.ts";
import { shellWord } from "../command-line/shell.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Io } from "../io.ts";
import { kubeflowFailureOf } from "../kubeflow/report-kubeflow-error.ts";
import type { ReadyFacts, Row } from "./banner.ts";
import { type Database, dataDirectory } from "./database.ts";
import {
  checkGatewayOptions,
  gatewayOptions,
  gatewayOptionsSaid,
  type OpenedGateway,
  startGateway,
} from "./gateway.ts";
import { type MultiUser, type multiUserOptions, withReviewers } from "./multi-user.ts";

/** The options of full Kubeflow on one machine. */
export const kubeflowOptions = {
  kubeflow: flag("Be full Kubeflow, with no Kubernetes: tokens of service accounts, RBAC and profiles of its own."),
  kubernetesPort: option(
    "number",
    "With --kubeflow: serve the Kubernetes API for tokens and access here as well, on 127.0.0.1; 0 for any that is free.",
    wholeNumber(0, 65_535),
    { otherwise: "it is not served" },
  ),
  ...gatewayOptions,
  rbac: repeated("path", "With --kubeflow: a YAML file, or a directory of them, with more RBAC objects. Followed."),
};

/** The profile that a newcomer is shown, where it is still there. */
const FIRST = "kubeflow-user-example-com";

/** Under which names, and from which origins, the server is called as well: the gateway is, too. */
interface AllowedOptions {
  readonly allowedHost: readonly string[];
  readonly allowOrigin: readonly string[];
}

/**
 * Opens Kubeflow in a box, and says what the server is started with.
 *
 * @throws UsageError for options that do not go together; CommandError where data or RBAC files cannot be used
 */
export async function openBox(
  options: ValuesOf<typeof multiUserOptions> & ValuesOf<typeof kubeflowOptions> & AllowedOptions,
  {
    host,
    io,
    log,
    database,
  }: { readonly host: string; readonly io: Io; readonly log: Log; readonly database: Database },
): Promise<MultiUser> {
  refuseCluster(options);
  await checkGatewayOptions(options);
  const place = await placeFor(database, io);
  try {
    const { openKubeflow } = await import("@kfp-ts/kubeflow");
    const kubeflow = await openKubeflow({
      dataDirectory: place.path,
      rbacPaths: options.rbac?.map((path) => resolve(path)),
      audience: options.tokenReviewAudience,
      systemNamespace: options.systemNamespace,
      kubernetesPort: options.kubernetesPort,
      clock: io,
      log,
    });
    let opened: OpenedGateway | undefined;
    const close = async (): Promise<void> => {
      await opened?.gateway.close({ graceMs: 0 });
      await kubeflow.close();
      await place.remove();
    };
    try {
      const reviewers = { ...kubeflow, said: "the issuer of this server" };
      const multiUser = await withReviewers(options, { host, log, reviewers });
      return {
        ...multiUser,
        // Not before the server has its data: another one that runs on it keeps its own.
        async ready(server) {
          await kubeflow.start().catch((error: unknown) => {
            throw kubeflowFailureOf(error);
          });
          opened = await startGateway(options, { server, kubeflow, dataDirectory: place.path, io, log });
          return factsOf(kubeflow, server.url, opened);
        },
        leave: async () => opened?.gateway.close(),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await place.remove();
    throw kubeflowFailureOf(error);
  }
}

/** What is said of a box means nothing without one. @throws UsageError */
export function refuseWithoutBox(options: ValuesOf<typeof kubeflowOptions>): void {
  const { kubeflow, rbac, kubernetesPort } = options;
  if (kubeflow) return;
  const [said] = [
    ...((rbac ?? []).length > 0 ? ["--rbac"] : []),
    ...(kubernetesPort !== undefined ? ["--kubernetes-port"] : []),
    ...gatewayOptionsSaid(options),
  ];
  if (said === undefined) return;
  throw new UsageError(`${said} means something to full Kubeflow on this machine only.`, "Add --kubeflow.");
}

function refuseCluster({ kubeconfig, kubeContext }: ValuesOf<typeof multiUserOptions>): void {
  const cluster = kubeconfig !== undefined ? "--kubeconfig" : kubeContext !== undefined ? "--kube-context" : undefined;
  if (cluster === undefined) return;
  throw new UsageError(
    `--kubeflow and ${cluster} exclude each other: the one asks its own rules, the other a cluster.`,
    "Give --kubeflow for full Kubeflow with no cluster, or --multi-user for a server that asks one.",
  );
}

/** Where Kubeflow's things are kept: with the data, and where that is in memory, in a folder that goes with the server. */
async function placeFor(database: Database, io: Io) {
  switch (database.kind) {
    case "directory":
      return { path: database.path, remove: async () => {} };
    case "postgres":
      return { path: dataDirectory(io.env, "kfp-ts-kubeflow"), remove: async () => {} };
    case "memory": {
      const path = await mkdtemp(join(tmpdir(), "kfp-ts-kubeflow-"));
      return { path, remove: () => rm(path, { recursive: true, force: true }) };
    }
  }
}

function factsOf(kubeflow: Kubeflow, url: string, opened: OpenedGateway | undefined): ReadyFacts {
  const kubernetes = kubeflow.kubeconfig === undefined ? [] : [["kubeconfig", kubeflow.kubeconfig] as const];
  const gateway = opened && `${opened.gateway.url}/pipeline`;
  return { gateway, rows: [...profileFacts(kubeflow, url), ...kubernetes, ...gatewayFacts(opened)] };
}

function profileFacts(kubeflow: Kubeflow, url: string): readonly Row[] {
  const profiles = kubeflow.profiles.list();
  const profile = profiles.find(({ metadata }) => metadata.name === FIRST) ?? profiles[0];
  if (profile === undefined) return [["profile", "none: kfp-ts profiles create NAME --owner EMAIL"]];
  const { name } = profile.metadata;
  const more = profiles.length === 1 ? "" : `, and ${profiles.length - 1} more`;
  const token = kubeflow.tokenFile(name);
  const command = `npx kfp-ts experiments list --namespace ${name} --endpoint ${url}`;
  return [
    ["profile", `${name} of ${profile.spec.owner.name}${more}`],
    ["token", `${token}, renewed in time`],
    ["try", `KF_PIPELINES_SA_TOKEN_PATH=${shellWord(token)} ${command}`],
  ];
}

function gatewayFacts(opened: OpenedGateway | undefined): readonly Row[] {
  if (opened === undefined) return [];
  const { url, extAuthzPort } = opened.gateway;
  return [
    ["gateway", `${url}/pipeline`],
    ...(opened.hasDefaultUser ? [["log in", "user@example.com / 12341234"] as const] : []),
    ...(extAuthzPort === undefined ? [] : [["ext_authz", `http://127.0.0.1:${extAuthzPort}`] as const]),
  ];
}
