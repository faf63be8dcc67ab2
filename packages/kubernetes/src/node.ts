import { onAbort } from "./on-abort.ts";
import { readTextFile } from "./read-text-file.ts";
import type { Program, ProgramResult, System } from "./system.ts";

/** More than any ExecCredential; a program that says more is ended. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** This machine, as Node sees it. The one place of the package that touches files, programs and the clock. */
export const nodeSystem: System = {
  readFile: readTextFile,
  runProgram,
  now: () => Date.now(),
  sleep,
  random: () => Math.random(),
};

/** The machine with what the caller gives in its place. */
export function systemOf(given: { readonly [name in keyof System]?: System[name] | undefined }): System {
  return {
    readFile: given.readFile ?? nodeSystem.readFile,
    runProgram: given.runProgram ?? nodeSystem.runProgram,
    now: given.now ?? nodeSystem.now,
    sleep: given.sleep ?? nodeSystem.sleep,
    random: given.random ?? nodeSystem.random,
  };
}

async function runProgram({ command, args, env, interactive, timeoutMs, signal }: Program): Promise<ProgramResult> {
  const { spawn } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      env: { ...env },
      stdio: [interactive ? "inherit" : "ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    // A signal from elsewhere ends this process alone, and nobody would end the program.
    const endToo = (): void => void child.kill("SIGKILL");
    process.once("exit", endToo);
    const forget = onAbort(signal, () => {
      endToo();
      // What it has started itself may live on and hold these.
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.once("close", () => {
      process.off("exit", endToo);
      forget();
    });
    // Who is asked to log in must see what the program says.
    if (interactive) child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_OUTPUT_BYTES) output[name].push(chunk);
        else child.kill("SIGKILL");
      });
    }
    child.on("error", reject);
    child.on("close", (exitCode) => {
      resolve({
        exitCode: exitCode ?? undefined,
        stdout: Buffer.concat(output.stdout).toString("utf8"),
        stderr: Buffer.concat(output.stderr).toString("utf8"),
      });
    });
  });
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
