import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

/** A program that a test starts, stops and starts again. */
export interface Program {
  start(): Promise<void>;
  /** Ends it and waits until it has ended; nothing where it does not run. */
  stop(): Promise<void>;
  /** All that it has printed until now. */
  said(): string;
}

/** Makes one that is ready when something listens on each of some ports of loopback. Not started yet. */
export function program(command: string, args: readonly string[], ports: readonly number[], home: string): Program {
  let child: ChildProcess | undefined;
  let said = "";
  const stop = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  return {
    said: () => said,
    stop,
    async start() {
      const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, XDG_STATE_HOME: home };
      const started = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          said += text;
        });
      }
      const hasEnded = (): boolean => started.exitCode !== null || started.signalCode !== null;
      for (const port of ports) {
        while (!(await listens(port))) {
          if (hasEnded()) throw new Error(`${command} ended before it was ready:\n${said}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
