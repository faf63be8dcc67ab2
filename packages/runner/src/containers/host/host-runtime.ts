import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";
import type { Isolation } from "../../isolation/isolation.ts";
import { expandArguments } from "../../placeholders/expand-arguments.ts";
import type { ContainerRuntime } from "../container-runtime.ts";
import { findProgram } from "../find-program.ts";
import { runProcess } from "../process/run-process.ts";
import { taskEnvironment } from "../process/task-environment.ts";

/** What programs of this machine are executed with. */
export interface HostRuntimeOptions {
  /** Whether the user wants that at all: the program of an image and the one of this machine may differ. */
  readonly allowed: boolean;
  readonly isolation: Isolation;
  readonly network: boolean;
  readonly maxLogBytes: number;
  /** The path on which programs are found. */
  readonly path: string;
}

/** Executes containers with the programs that this machine has, whatever their image. */
export function hostRuntime({ allowed, isolation, network, maxLogBytes, path }: HostRuntimeOptions): ContainerRuntime {
  return {
    name: "host",
    async refuses(container) {
      const program = programOf(container);
      if (program === undefined) return "its command is inside the image, and there is no container engine";
      if (!allowed)
        return `it takes a container engine; or allow ${program} of this machine with --allow-host-commands`;
      return (await findProgram(program, path)) === undefined ? `this machine has no program ${program}` : undefined;
    },
    async prepare(container) {
      const program = programOf(container) ?? "";
      const file = (await findProgram(program, path)) ?? program;
      const { mtimeMs, size } = await stat(file);
      return {
        environment: `${file} ${mtimeMs} ${size}`,
        start: async (job) => {
          const [first = "", ...rest] = [...job.command, ...job.args];
          // A log is read while it is written, and is all that is left of a program that was ended.
          const env = taskEnvironment({ ...job, env: { PYTHONUNBUFFERED: "1", ...job.env } }, path);
          const line = isolation.wrap({
            file: (await findProgram(first, path)) ?? first,
            args: rest,
            cwd: join(job.folder, "work"),
            mounts: [...job.mounts, { source: job.folder, target: job.folder, writable: true }],
            network,
            env,
          });
          return await runProcess(line, env, job, maxLogBytes);
        },
      };
    },
    close: async () => {},
  };
}

/** The first word of a command, where it does not depend on values; undefined where the image has the command. */
function programOf({ command = [] }: ContainerSpec): string | undefined {
  // Whether inputs are there may decide which words there are: what is chosen without them stands for all.
  const [first] = expandArguments(command, { lookup: () => undefined, isPresent: () => false });
  return first === undefined || first === "" ? undefined : first;
}
