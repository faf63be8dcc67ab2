import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { S3Options } from "@kfp-ts/runner";

/** A storage that speaks S3, with the bucket `pipelines`. */
export interface Storage {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How the runner reaches it. */
  readonly options: S3Options;
  /** Writes an object with the client of AWS. */
  put(key: string, text: string): Promise<void>;
  /** The sizes of the objects whose keys begin so, as the client of AWS sees them. */
  list(prefix: string): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Starts moto with the Python that `.ci/run s3` made. */
export async function startStorage(): Promise<Storage> {
  const python = process.env.KFP_TS_MOTO_PYTHON ?? "python3";
  const child = spawn(python, [fileURLToPath(new URL("storage.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error("the storage has ended");
    return JSON.parse(value);
  };
  const asked = (question: object) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return next();
  };
  const { endpoint, accessKeyId, secretAccessKey } = await next();
  return {
    endpoint,
    accessKeyId,
    secretAccessKey,
    options: { endpoint, credentials: async () => ({ accessKeyId, secretAccessKey }) },
    put: (key, text) => asked({ put: key, text }),
    list: (prefix) => asked({ list: prefix }),
    async close() {
      const ended = once(child, "close");
      child.stdin.end();
      await ended;
    },
  };
}
