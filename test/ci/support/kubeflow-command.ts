import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));

/** A full Kubeflow that the built command serves, as a user starts it. */
export interface ServedKubeflow {
  /** Where its gateway serves the API: `http://localhost:12345/pipeline`. */
  readonly gateway: string;
  /** Where the server itself answers, past the gateway. */
  readonly url: string;
  /** Its data, in a folder that goes with it. */
  readonly data: string;
  /** All that it has printed until now. */
  said(): string;
  stop(): Promise<void>;
}

/** Starts `kfp-ts serve --kubeflow` on free ports, and waits until it says where its gateway is. */
export function serveKubeflow(...args: readonly string[]): Promise<ServedKubeflow> {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-served-"));
  const data = join(room, "data");
  const ports = ["--port", "0", "--gateway-port", "0"];
  const child = spawn(process.execPath, [command, "serve", "--kubeflow", "--data", data, ...ports, ...args], {
    env: { ...process.env, HOME: room, XDG_RUNTIME_DIR: room, XDG_STATE_HOME: room },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  return new Promise((resolve, reject) => {
    const ended = new Promise<void>((done) => {
      child.on("close", (code) => {
        rmSync(room, { recursive: true, force: true });
        reject(new Error(`kfp-ts serve ended with ${code} before it was ready:\n${said}`));
        done();
      });
    });
    const stop = (): Promise<void> => {
      child.kill("SIGTERM");
      return ended;
    };
    const look = (text: string): void => {
      said += text;
      const gateway = /^ *gateway +(https?:\/\/\S+)/m.exec(said)?.[1];
      const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (gateway !== undefined && url !== undefined) resolve({ gateway, url, data, said: () => said, stop });
    };
    child.stdout.setEncoding("utf8").on("data", look);
    child.stderr.setEncoding("utf8").on("data", look);
    child.on("error", reject);
  });
}
