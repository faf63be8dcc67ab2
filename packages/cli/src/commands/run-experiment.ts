import type { Client } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
import { findExperiment } from "../lookup/experiment.ts";
import { titleOf } from "../lookup/find.ts";
import { experimentKind } from "../resources/experiment.ts";
import type { Session } from "../session.ts";

/**
 * The experiment that a new run belongs to: the one that was said, else the one of
 * `KF_PIPELINES_DEFAULT_EXPERIMENT_NAME`, else the server's own. As with Python's client,
 * `KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME` wins over all, which is told; and one that is not there is made, which is
 * told too.
 *
 * @returns its id; undefined for the server's own.
 */
export async function experimentOf(
  kfp: Client,
  session: Session,
  said: string | undefined,
): Promise<string | undefined> {
  const { env } = session.io;
  const override = env.KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME || undefined;
  if (override !== undefined) session.note(`KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME says the experiment: ${override}`);
  const name = override ?? said ?? (env.KF_PIPELINES_DEFAULT_EXPERIMENT_NAME || undefined);
  if (name === undefined) return undefined;
  try {
    return (await findExperiment(kfp, name)).experimentId;
  } catch (error) {
    if (!(error instanceof CommandError) || error.name !== "CommandError") throw error;
    // What is written like an id is meant as one, and not as the name of something new.
    if (/^experiment\/|^[0-9a-f-]{36}$/i.test(name)) throw error;
    return await make(kfp, session, name);
  }
}

async function make(kfp: Client, session: Session, name: string): Promise<string> {
  const made = await kfp.experiments.getOrCreate({ displayName: name });
  session.note(`Created ${titleOf(experimentKind, made)}.`);
  return made.experimentId;
}
