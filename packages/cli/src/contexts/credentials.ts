import type { Credentials } from "@kfp-ts/sdk";
import { type ContextAsker, contextCredentials, endpointOf } from "@kfp-ts/sdk/contexts";
import type { SharedValues } from "../command-line/shared-options.ts";
import { credentialsFrom } from "../credentials.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import type { Settings } from "./settings.ts";

/** Who is asking, and how that is known. */
export interface Asker {
  readonly credentials: Credentials | undefined;
  /** The saved login that is used, where one is. */
  readonly login?: ContextAsker["login"];
}

/**
 * Who is asking: what an option or a variable says, else what the context says, else whoever logged in at the endpoint
 * last.
 *
 * @throws UsageError, KfpError
 */
export async function askerOf(settings: Settings, shared: SharedValues, io: Io): Promise<Asker> {
  const { credentialsFrom: origin, contextCredentials: described, endpoint } = settings;
  if (origin !== undefined) return { credentials: credentialsFrom(origin, shared, io.env) };
  if (endpoint === undefined) return { credentials: undefined };
  // What no client can read as an endpoint is refused by the client, in its own words.
  const url = URL.canParse(endpoint.value) ? endpointOf(endpoint.value) : endpoint.value;
  const asker = await contextCredentials(
    { endpoint: url, credentials: described?.value },
    {
      env: io.env,
      now: io.now,
      onNotKept: ({ message }) =>
        io.stderr.write(`The session is not kept for the next command: ${printable(message)}\n`),
    },
  );
  return asker ?? { credentials: undefined };
}
