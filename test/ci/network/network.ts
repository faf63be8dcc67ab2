import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const script = fileURLToPath(new URL("in-network.sh", import.meta.url));

/** The command as it is published. */
export const command: string = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));

/** What is different in a network. */
export interface Network {
  /** What stands in /etc/hosts. */
  readonly hosts?: string;
  /** What stands in /etc/resolv.conf. @default a name server that is silent */
  readonly resolv?: string;
  /** Commands that change it further. */
  readonly setup?: string;
}

/** How a process ended. */
export interface EndedInTime {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Interrupts a process a while after it was started. */
export interface Interruption {
  readonly afterMs: number;
  readonly signal: "SIGINT" | "SIGTERM";
}

/** Runs Node in a network of its own; `durationMs` is counted from the interruption where there is one. */
export function runIn(
  { hosts, resolv, setup }: Network,
  args: readonly string[],
  { interruption, env = {} }: { readonly interruption?: Interruption; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<EndedInTime> {
  const home = mkdtempSync(join(tmpdir(), "kfp-ts-network-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const ofNetwork = {
    ...(hosts === undefined ? {} : { HOSTS: hosts }),
    ...(resolv === undefined ? {} : { RESOLV: resolv }),
    ...(setup === undefined ? {} : { SETUP: setup }),
  };
  return new Promise((resolve, reject) => {
    // unshare and the script become the program itself, so a signal for them is one for it.
    const child = spawn("unshare", ["-rnm", script, process.execPath, ...args], {
      env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, NO_COLOR: "1", ...env, ...ofNetwork },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let began = performance.now();
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.stderr += text;
    });
    if (interruption !== undefined) {
      setTimeout(() => {
        began = performance.now();
        child.kill(interruption.signal);
      }, interruption.afterMs);
    }
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...said, durationMs: performance.now() - began }));
  });
}
