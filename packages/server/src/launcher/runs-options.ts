import type { Runner, RunnerOptions } from "@kfp-ts/runner";
import { StartError } from "../start-error.ts";

/** How a server executes runs. */
export interface RunsOptions {
  /** Where runs, their logs and their artifacts are kept. @default a temporary folder that goes with the server */
  readonly folder?: string | undefined;
  /**
   * Whether tasks see only what is theirs, or all that the server's user sees. By default they are kept apart where the
   * server is for many users, or can be reached from other machines; a server for one user on its own machine executes
   * what that user could execute as well.
   */
  readonly isolation?: "bubblewrap" | "none" | undefined;
  /** How many tasks are executed at once. @default the number of processors */
  readonly jobs?: number | undefined;
  /** The interpreter of Python components. @default "python3" */
  readonly python?: string | undefined;
  /** Whether programs of other containers may be those of this machine. @default false */
  readonly hostCommands?: boolean | undefined;
  /** What the runner needs to find programs and packages: PATH, HOME, the proxies and indexes of pip. */
  readonly env: RunnerOptions["env"];
  /** Where Python environments are kept: they can be made again. @default in the folder */
  readonly environmentsFolder?: string | undefined;
  /** Where `s3://` and `minio://` artifacts are. */
  readonly s3?: RunnerOptions["s3"];
  /** How often it looks what other servers on its database ask of its runs, in milliseconds. @default 3000 */
  readonly lookEveryMs?: number | undefined;
  /** Makes what executes. @default that of @kfp-ts/runner, which is loaded once there is something to execute */
  readonly createRunner?: ((options: RunnerOptions) => Promise<Runner>) | undefined;
}

/**
 * How tasks are kept apart.
 *
 * @param others - Who else than the server's own user can have runs executed; undefined for nobody.
 * @throws StartError ERR_ISOLATION where they would not be, although others can have runs executed; ERR_OPTION where
 *   these would get at all that the keys of S3 open.
 */
export function isolationOf(
  { isolation, s3 }: Pick<RunsOptions, "isolation" | "s3">,
  others: string | undefined,
): "bubblewrap" | "none" {
  if (others === undefined) return isolation ?? "none";
  if (s3 !== undefined) {
    throw new StartError(
      "ERR_OPTION",
      `The keys of S3 open the same to everybody's runs, and ${others} could have runs executed. Leave them out.`,
    );
  }
  if (isolation !== "none") return "bubblewrap";
  throw new StartError(
    "ERR_ISOLATION",
    `Runs without isolation see everything that this server's user sees, and ${others} could have runs executed. ` +
      "Leave out the isolation, so that bubblewrap keeps them apart, or record runs only (--no-run).",
  );
}
