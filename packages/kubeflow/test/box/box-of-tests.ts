import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@kfp-ts/server/ports";
import { afterEach, onTestFinished } from "vitest";
import { type Kubeflow, type KubeflowOptions, openKubeflow } from "../../src/box/open-kubeflow.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder that goes with the test. */
export async function folderOfTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-box-"));
  folders.push(folder);
  return folder;
}

/** A log that keeps what is said. */
export function keepingLog(): Log & { readonly said: string[] } {
  const said: string[] = [];
  const say = (level: string) => (fields: object, message: string) => {
    said.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  return { said, debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

/** A box that is started, and closed after the test. It looks for changes when it is told to. */
export async function boxOfTest(options: KubeflowOptions): Promise<Kubeflow> {
  const box = await openKubeflow({ pollMs: 3_600_000, ...options });
  onTestFinished(() => box.close());
  await box.start();
  return box;
}

/** A question to the authorizer. */
export function asks(verb: string, resource: string, namespace: string) {
  return { namespace, verb, group: "pipelines.kubeflow.org", version: "v1beta1", resource, subresource: "", name: "" };
}
