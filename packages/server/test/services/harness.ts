import { afterEach } from "vitest";
import { createParsePackage } from "../../src/package-file/parse-package.ts";
import { readPackage } from "../../src/package-file/read-package.ts";
import type { RunLauncher } from "../../src/ports/run-launcher.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Handlers, UploadedFile } from "../../src/services/handlers.ts";
import { createServices } from "../../src/services/index.ts";
import type { MultiUserOptions } from "../../src/services/multi-user.ts";
import type { RunContents } from "../../src/services/run-contents.ts";
import type { Unserved } from "../../src/services/unserved.ts";
import { openStore } from "../../src/store/open.ts";

/** A pipeline that takes no parameters. */
export const echo = {
  pipelineInfo: { name: "echo" },
  components: { "comp-echo": { executorLabel: "exec-echo" } },
  deploymentSpec: { executors: { "exec-echo": { container: { image: "alpine", command: ["echo"] } } } },
  root: { dag: { tasks: { echo: { componentRef: { name: "comp-echo" }, taskInfo: { name: "echo" } } } } },
  schemaVersion: "2.1.0",
};

/** A pipeline that takes a text. */
export const greet = {
  ...echo,
  pipelineInfo: { name: "greet" },
  root: { ...echo.root, inputDefinitions: { parameters: { text: { parameterType: "STRING" } } } },
} as const;

/** A file of a compiled pipeline. */
export function packageFile(spec: unknown = echo, name = "pipeline.json"): UploadedFile {
  return { name, bytes: Buffer.from(typeof spec === "string" ? spec : JSON.stringify(spec)) };
}

/** The services, of one user unless said otherwise, on a store in memory, with a clock that stands until it is set. */
export interface Harness {
  readonly handlers: Handlers;
  readonly unserved: Unserved;
  readonly store: Store;
  readonly defaultExperiment: ReturnType<typeof createServices>["defaultExperiment"];
  readonly contents: RunContents;
  /** The ids of the runs of which the launcher was told that something has changed. */
  readonly changed: string[];
  /** In seconds since 1970. */
  setTime(seconds: number): void;
}

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

/** Starts the services; `urls` are the packages that can be fetched. */
export async function startServices(
  options: {
    readonly urls?: Readonly<Record<string, UploadedFile>>;
    readonly launcher?: RunLauncher | "none";
    readonly multiUser?: MultiUserOptions;
  } = {},
): Promise<Harness> {
  let now = 1_767_225_600_000;
  const clock = { now: () => now };
  const store = await openStore({ database: { kind: "memory" }, clock });
  opened.push(store);
  const changed: string[] = [];
  const recorder: RunLauncher = {
    place: "here",
    begin: () => undefined,
    changed: (runId) => {
      changed.push(runId);
    },
    tasks: async () => undefined,
    outputs: async () => undefined,
    log: async () => undefined,
    artifact: async () => undefined,
    close: async () => undefined,
  };
  const { handlers, unserved, contents, defaultExperiment } = createServices({
    store,
    clock,
    readPackage,
    parsePackage: createParsePackage(),
    fetchPackage: async (url) => {
      const file = options.urls?.[url];
      if (file === undefined) throw new Error(`nothing is served at ${url}`);
      return file;
    },
    launcher: options.launcher === "none" ? undefined : (options.launcher ?? recorder),
    multiUser: options.multiUser,
  });
  const setTime = (seconds: number) => {
    now = seconds * 1000;
  };
  return { handlers, unserved, contents, store, defaultExperiment, changed, setTime };
}

/** The parts of a call that a test cares for; the others are empty. */
type Given<H> = H extends (call: infer Call) => unknown ? Partial<Call> : never;

/** Calls a handler. */
export function call<H extends (call: never) => Promise<unknown>>(handler: H, given: Given<H> = {} as Given<H>) {
  const whole = { params: {}, query: {}, body: {}, file: undefined, ...given };
  return handler(whole as unknown as Parameters<H>[0]) as ReturnType<H>;
}

/** What a call that must be refused was refused with. */
export async function refusalOf(
  promise: Promise<unknown>,
): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  throw new Error("the call was not refused");
}
