import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import { onAbort } from "../on-abort.ts";
import { type Environment, type System, systemCode } from "../system.ts";
import type { Credentials, RequestCredentials } from "./credentials.ts";
import { readExecCredential } from "./exec-credential.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** A program that gives credentials, as a kubeconfig describes it (`users[].user.exec`). */
export interface ExecPlugin {
  /** The user of the kubeconfig that it belongs to. */
  readonly user: string;
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly interactiveMode: "Never" | "IfAvailable" | "Always";
  /** How to get the program, in the words of who wrote the kubeconfig. */
  readonly installHint: string | undefined;
  /** What the program is told of the cluster, where it shall be told. */
  readonly cluster: Readonly<Record<string, unknown>> | undefined;
}

/** A plugin that runs. */
interface Run {
  readonly result: Promise<RequestCredentials>;
  readonly end: AbortController;
  /** How many wait for it. */
  waiting: number;
}

/** A plugin may open a browser and wait for a person. */
const PLUGIN_TIMEOUT_MS = 5 * 60_000;
const MAX_STDERR = 2_000;

/**
 * Credentials of an exec plugin: run when they are first needed, kept until they end or the server refuses them, and
 * run once however many wait for them.
 */
export function execCredentials(
  plugin: ExecPlugin,
  {
    env,
    runProgram,
    now,
    interactive,
  }: Pick<System, "runProgram" | "now"> & { env: Environment; interactive: boolean },
): Credentials {
  let running: Run | undefined;
  let kept: { readonly credentials: RequestCredentials; readonly endsAt: number } | undefined;

  const run = async (signal: AbortSignal): Promise<RequestCredentials> => {
    const mayAsk = interactive && plugin.interactiveMode !== "Never";
    if (plugin.interactiveMode === "Always" && !mayAsk) throw failed(plugin, "needs a terminal, and there is none");
    const info = {
      apiVersion: plugin.apiVersion,
      kind: "ExecCredential",
      spec: { interactive: mayAsk, ...(plugin.cluster === undefined ? {} : { cluster: plugin.cluster }) },
    };
    const result = await runProgram({
      command: plugin.command,
      args: plugin.args,
      env: { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      interactive: mayAsk,
      timeoutMs: PLUGIN_TIMEOUT_MS,
      signal,
    }).catch((cause: unknown) => {
      throw notStarted(plugin, cause);
    });
    const said = withoutSecrets(result.stderr.trim(), result.stdout).slice(-MAX_STDERR);
    if (result.exitCode !== 0) {
      const how = result.exitCode === undefined ? "was ended by a signal" : `failed with exit code ${result.exitCode}`;
      throw failed(plugin, said === "" ? `${how} and said nothing` : `${how}: ${said}`);
    }
    const read = readExecCredential(result.stdout, plugin.apiVersion);
    if ("wrong" in read) throw failed(plugin, said === "" ? read.wrong : `${read.wrong}; it said: ${said}`);
    kept = { credentials: read.credentials, endsAt: read.endsAt ?? Number.POSITIVE_INFINITY };
    return read.credentials;
  };
  const begin = (): Run => {
    const end = new AbortController();
    const begun: Run = { end, waiting: 0, result: run(end.signal).finally(() => over(begun)) };
    running = begun;
    return begun;
  };
  const over = (one: Run): void => {
    if (running === one) running = undefined;
  };
  /** A program that nobody waits for any more would keep this one from ending. */
  const waitFor = (own: Run, signal: AbortSignal | undefined): void => {
    own.waiting += 1;
    if (signal === undefined) return;
    const forget = onAbort(signal, () => {
      own.waiting -= 1;
      if (own.waiting > 0) return;
      over(own);
      own.end.abort();
    });
    own.result.then(forget, forget);
  };
  return {
    current: async (signal) => {
      if (kept !== undefined && now() < kept.endsAt) return kept.credentials;
      const own = running ?? begin();
      waitFor(own, signal);
      return own.result;
    },
    refused: (given) => {
      if (kept?.credentials === given) kept = undefined;
    },
  };
}

function failed({ user, command }: ExecPlugin, fact: string): KubernetesConfigError {
  return new KubernetesConfigError(
    "NO_CREDENTIALS",
    `The exec plugin ${command} of user "${user}" ${fact}. Run it by hand, or log in again with the tool that it belongs to.`,
  );
}

function notStarted(plugin: ExecPlugin, cause: unknown): KubernetesConfigError {
  const code = systemCode(cause);
  const fact = code === "ENOENT" ? "does not exist" : `cannot be started (${code || "unknown"})`;
  const hint = plugin.installHint === undefined ? "" : ` ${plugin.installHint}`;
  return new KubernetesConfigError(
    "NO_CREDENTIALS",
    `The exec plugin ${plugin.command} of user "${plugin.user}" ${fact}. Install it, or put it on the PATH.${hint}`,
    { cause },
  );
}
