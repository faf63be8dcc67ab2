import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Runner, RunnerOptions, S3Options } from "@kfp-ts/runner";
import { dataDirectory } from "../serve/database.ts";
import type { LogFile } from "./summary.ts";

/** A runner, and where on this machine it keeps what. */
export interface OpenRunner {
  readonly runner: Runner;
  folderOf(runId: string): string;
  logFileOf(runId: string): LogFile;
}

/** What of the runner the user can choose. */
export type ChosenOptions = Pick<RunnerOptions, "jobs" | "isolation" | "python" | "hostCommands">;

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens the runner of this user: runs are kept in the directory for data, environments in the one for caches. */
export async function openRunner(chosen: ChosenOptions, env: Environment): Promise<OpenRunner> {
  // Large, and no other command needs it.
  const { attemptFolder, createRunner, runFolder } = await import("@kfp-ts/runner");
  const folder = dataDirectory(env);
  const runner = await createRunner({
    ...chosen,
    folder,
    environmentsFolder: join(cacheDirectory(env), "environments"),
    s3: s3Of(env),
    env,
  });
  return {
    runner,
    folderOf: (runId) => runFolder(folder, runId).path,
    logFileOf: (runId) => (task, attempt) => attemptFolder(runFolder(folder, runId).tasks, task, attempt).log,
  };
}

/** The user's directory for what can be made again, as the XDG base directories have it. */
export function cacheDirectory(env: Environment): string {
  const base = env.XDG_CACHE_HOME;
  return base && isAbsolute(base) ? join(base, "kfp-ts") : join(env.HOME || homedir(), ".cache", "kfp-ts");
}

/** S3 as the variables of AWS's own tools say it; undefined where they say no key. */
export function s3Of(env: Environment): S3Options | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined,
    credentials: async () => ({
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN || undefined,
    }),
  };
}
