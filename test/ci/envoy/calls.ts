import type { Client } from "@kfp-ts/sdk";

/** A session that is refused in its first two seconds is not renewed: the next would be refused as well. */
export function old(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 2_100));
}

/** The names of all experiments that a client sees. */
export async function experimentsOf(kfp: Client): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { displayName } of kfp.experiments.list()) names.push(displayName);
  return names;
}
