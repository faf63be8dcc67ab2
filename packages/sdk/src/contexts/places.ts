import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../environment.ts";

/** The files of this user that a command looks at, by the XDG base directories; none where there is no home. */
export interface Places {
  /** The contexts. */
  readonly config: string;
  /** What logins are kept in. */
  readonly sessions: string;
  /** What Python's client keeps. */
  readonly python: string;
}

/**
 * Where the files of this user are.
 *
 * @returns undefined where this user has no home directory.
 */
export function placesOf(env: Environment): Places | undefined {
  const home = homeOf(env);
  const base = (variable: string | undefined, ...below: string[]): string | undefined =>
    variable && isAbsolute(variable) ? variable : home && join(home, ...below);
  const config = base(env.XDG_CONFIG_HOME, ".config");
  const state = base(env.XDG_STATE_HOME, ".local", "state");
  if (config === undefined || state === undefined) return undefined;
  return {
    config: join(config, "kfp-ts", "config.yaml"),
    sessions: join(state, "kfp-ts", "sessions.json"),
    // Python's client does not look at XDG_CONFIG_HOME.
    python: join(home ?? config, ...(home === undefined ? [] : [".config"]), "kfp", "context.json"),
  };
}

function homeOf(env: Environment): string | undefined {
  if (env.HOME) return isAbsolute(env.HOME) ? env.HOME : undefined;
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
