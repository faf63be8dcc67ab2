import { boundNameResolution, endProcess } from "./end-process.ts";
import { exitCodes } from "./exit-code.ts";
import type { Io, Output } from "./io.ts";
import { runCommand } from "./run-command.ts";
import { terminalInput } from "./terminal-input.ts";

/**
 * A reader that has seen enough (`| head`) closes the pipe: then there is nobody to write to, and that is no failure. What
 * else can go wrong is: the disk is full that the output is sent to.
 */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  process.stderr.write(`error: The output cannot be written: ${error.message}.\n`);
  process.exit(exitCodes.failed);
}

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on("error", endWithoutReader);
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    write: (text) => {
      stream.write(text);
    },
  };
}

/** Fulfilled when everything that was written has left the process. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

const io: Io = {
  argv: process.argv.slice(2),
  env: process.env,
  stdin: terminalInput(
    () => process.stdin,
    () => process.kill(process.pid, "SIGINT"),
  ),
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  now: Date.now,
  onStop(listener) {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
    return () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    };
  },
};

boundNameResolution(process.env);
const exitCode = await runCommand(io);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Connections that are kept for the next request would keep the process too.
endProcess(exitCode);
