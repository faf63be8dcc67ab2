import { randomInt } from "node:crypto";

/** What Kubernetes makes random suffixes of: no vowels, so that no words come out. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;
/** A generated name is at most a DNS label, so its beginning is cut to leave room for the suffix. */
const MAX_PREFIX_LENGTH = 63 - SUFFIX_LENGTH;
/** Upstream cuts the name of a recurring run to this before Kubernetes puts its suffix behind it. */
const MAX_RECURRING_RUN_NAME = 25;

/**
 * The name that a run's workflow has on a cluster: the pipeline's name, a dash and five random characters. Access
 * reviews of runs ask by this name.
 */
export function newWorkflowName(pipelineName: string): string {
  return generatedName(`${pipelineName}-`);
}

/** The name that a recurring run's resource has on a cluster: what is left of its display name in lower case. */
export function newScheduledWorkflowName(displayName: string): string {
  const name = displayName.toLowerCase().replace(/[^a-z0-9-]+/g, "");
  return generatedName((name === "" ? "job-" : name).slice(0, MAX_RECURRING_RUN_NAME));
}

function generatedName(prefix: string): string {
  let suffix = "";
  for (let index = 0; index < SUFFIX_LENGTH; index++) suffix += ALPHABET.charAt(randomInt(ALPHABET.length));
  return prefix.slice(0, MAX_PREFIX_LENGTH) + suffix;
}
