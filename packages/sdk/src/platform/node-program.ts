import type { Program, ProgramResult } from "../credentials/program.ts";

/** More than any token with what stands around it. */
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** A program that has ended may have left another one behind that holds its output open; it is not waited for. */
const LEFT_OPEN_MS = 500;

/** Runs a program in Node. */
export async function runNodeProgram(program: Program): Promise<ProgramResult> {
  const { spawn } = await import("node:child_process");
  const { command, args, env, interactive, timeoutMs } = program;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      env: { ...env },
      stdio: [interactive ? "inherit" : "ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    let stopped: ProgramResult["stopped"];
    const stop = (why: "time" | "size"): void => {
      stopped ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop("time"), timeoutMs);
    // A signal from elsewhere ends this process alone, and nobody would end the program.
    const endToo = (): void => void child.kill("SIGKILL");
    process.once("exit", endToo);
    child.once("close", () => process.off("exit", endToo));
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_OUTPUT_BYTES) output[name].push(chunk);
        else stop("size");
      });
    }
    // Who is asked something must see what.
    if (interactive) child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("exit", () => {
      clearTimeout(timer);
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LEFT_OPEN_MS).unref();
    });
    child.on("close", (exitCode) => {
      resolve({
        exitCode: exitCode ?? undefined,
        stopped,
        stdout: Buffer.concat(output.stdout).toString("utf8"),
        stderr: Buffer.concat(output.stderr).toString("utf8"),
      });
    });
  });
}
