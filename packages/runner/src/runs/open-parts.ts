import { join, resolve } from "node:path";
import { type ArtifactStores, storesFor } from "../artifacts/artifact-stores.ts";
import { fileCache } from "../cache/file-cache.ts";
import type { ContainerRuntime } from "../containers/container-runtime.ts";
import { hostRuntime } from "../containers/host/host-runtime.ts";
import { defaultPath } from "../containers/process/task-environment.ts";
import { pythonRuntime } from "../containers/python/python-runtime.ts";
import type { RunRecord } from "../events/run-event.ts";
import { bubblewrap } from "../isolation/bubblewrap.ts";
import type { Isolation } from "../isolation/isolation.ts";
import { noIsolation } from "../isolation/no-isolation.ts";
import type { TaskExecutorOptions } from "../tasks/task-executor.ts";
import type { RunnerOptions } from "./runner.ts";

/** What runs are executed with, as the options say. */
export interface Parts {
  readonly isolation: Isolation;
  /** In the order in which they are asked. */
  readonly runtimes: readonly ContainerRuntime[];
  readonly artifacts: ArtifactStores;
  /** The results that a run may use; undefined where it wants none. */
  readonly cacheOf: (record: RunRecord, sharesWorkspace: boolean) => TaskExecutorOptions["cache"];
}

/** Makes the parts of a runner. */
export function openParts(options: RunnerOptions): Parts {
  const { folder, env, network = true, maxLogBytes = 1024 ** 3 } = options;
  const python = placeOf(options.python || "python3");
  const environmentsFolder = resolve(options.environmentsFolder ?? join(folder, "environments"));
  const isolation = options.isolation === "none" ? noIsolation() : bubblewrap();
  const path = env.PATH || defaultPath;
  const shared = { isolation, network, maxLogBytes, path };
  const runtimes = [
    ...(options.runtimes ?? []),
    pythonRuntime({
      ...shared,
      python,
      environmentsFolder,
      pipEnvironment: pipEnvironment(env),
    }),
    hostRuntime({ ...shared, allowed: options.hostCommands ?? false }),
  ];
  const clock = options.clock ?? { now: () => Date.now() };
  const artifacts = storesFor(options.s3 && { ...options.s3, clock });
  const cacheOf: Parts["cacheOf"] = (record, sharesWorkspace) =>
    record.cache ? fileCache({ folder: join(folder, "cache"), record, sharesWorkspace, artifacts }) : undefined;
  return { isolation, runtimes, artifacts, cacheOf };
}

/** A program by its name stays that; a path is one from the folder of this process, which is not that of its tasks. */
function placeOf(program: string): string {
  return program.includes("/") ? resolve(program) : program;
}

/** What pip needs to find packages: where its configuration is, and how the network is reached. */
function pipEnvironment(env: RunnerOptions["env"]): Readonly<Record<string, string>> {
  const wanted =
    /^(PATH|HOME|LANG|TMPDIR|XDG_(CACHE|CONFIG)_HOME|PIP_\w+|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)$/;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value !== undefined && wanted.test(name) ? [[name, value]] : [])),
  );
}
