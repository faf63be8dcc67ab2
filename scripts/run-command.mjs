import { spawn } from "node:child_process";
import { root } from "./workspace.mjs";

/** A command that ended with another exit code than 0. `output` is all that it said. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {number | string | null} code
   * @param {string} output
   */
  constructor(command, code, output) {
    super(`${command} ended with ${code}`);
    this.name = "CommandFailed";
    this.code = code;
    this.output = output;
  }
}

/** Tools see a pipe and would not colour; what a person watches may be in colour, a log may not. */
const { FORCE_COLOR: _, NO_COLOR: __, ...plainEnv } = process.env;
const colour = process.stderr.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };

/**
 * Runs a program and gives what it printed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] `env` is added to this process's; `show` passes the output on while it comes
 * @returns {Promise<string>} stdout and stderr in the order in which they came
 * @throws {CommandFailed} when the exit code is not 0
 */
export function runCommand(program, args, { cwd = root, env = {}, show = false } = {}) {
  return new Promise((resolve, reject) => {
    // npm is a script with another name on Windows, where only a shell finds it.
    const shell = process.platform === "win32" && program === "npm";
    const child = spawn(program, args, {
      cwd,
      env: { ...plainEnv, ...colour, ...env },
      shell,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output += chunk;
      if (show) process.stderr.write(chunk);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const command = [program === process.execPath ? "node" : program, ...args].join(" ");
    child.on("error", (error) => reject(new CommandFailed(command, error.message, output)));
    child.on("close", (code, signal) =>
      code === 0 ? resolve(output) : reject(new CommandFailed(command, code ?? signal, output)),
    );
  });
}
