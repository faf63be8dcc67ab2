import { existsSync } from "node:fs";
import { type ExitCode, exitCodes } from "./exit-code.ts";

/** Takes the place of this process, where Node can do that (22.15 and later). */
type Replace = (file: string, args: readonly string[]) => never;

const { execve: replace } = process as { readonly execve?: Replace };
const shell = "/bin/sh";
const canReplace = replace !== undefined && existsSync(shell);

/**
 * Has name resolution give up sooner where the process cannot be ended under it: after 4 s for each name server instead of
 * 10. What the user says in RES_OPTIONS stays.
 */
export function boundNameResolution(env: NodeJS.ProcessEnv): void {
  if (!canReplace) env.RES_OPTIONS ??= "timeout:2 attempts:2";
}

/**
 * Ends the process at once. `process.exit` waits for the system calls that are under way on other threads, and a name
 * server that is silent keeps one of them for ten seconds and more.
 */
export function endProcess(exitCode: ExitCode): never {
  const pending = process.getActiveResourcesInfo();
  const isStopped = exitCode === exitCodes.interrupted || exitCode === exitCodes.terminated;
  // A signal cuts a file that hangs (a pipe that nobody writes to, a share that is gone); else files are waited for.
  if (pending.some((name) => name.startsWith("GetAddrInfo") || (isStopped && name.startsWith("FSReq")))) {
    // Nothing is told of an end of these kinds, and programs that were started are to end as well.
    process.emit("exit", exitCode);
    if (isStopped) dieOf(exitCode === exitCodes.interrupted ? "SIGINT" : "SIGTERM");
    if (replace !== undefined && canReplace) {
      // It would tell that it is experimental.
      process.removeAllListeners("warning");
      replace(shell, ["sh", "-c", `exit ${exitCode}`]);
    }
  }
  process.exit(exitCode);
}

/** What ended by a signal looks like to a shell: 130 or 143. */
function dieOf(signal: "SIGINT" | "SIGTERM"): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
