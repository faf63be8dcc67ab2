import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Ended, run } from "../../ci/support/run.ts";

const program = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));

/** The environment of a command: nothing of the user's own. */
const environment = (home: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: home,
  ...env,
});

/** Runs `kfp-ts` to its end. */
export const kfpTs = (
  args: readonly string[],
  { home, env = {} }: { readonly home: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> => run(process.execPath, [program, ...args], { env: environment(home, env) });

/** A `kfp-ts` that goes on until it is stopped: `serve`, `poddefaults serve`. */
export interface RunningCommand {
  readonly url: string;
  /** Everything that it has said so far. */
  said(): string;
  stop(): Promise<void>;
}

/** Starts a `kfp-ts` that serves, and waits until it says where. */
export async function serving(
  args: readonly string[],
  { home, env = {} }: { readonly home: string; readonly env?: NodeJS.ProcessEnv },
): Promise<RunningCommand> {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    env: environment(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "close");
    }
  };
  for (let attempt = 0; attempt < 1500; attempt++) {
    const url = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
    if (url !== undefined) return { url: url.replace("localhost", "127.0.0.1"), said: () => said, stop };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  throw new Error(`kfp-ts ${args.join(" ")} does not serve: ${said}`);
}
