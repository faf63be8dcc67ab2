import { type Credentials, command, kubernetesToken, ServiceAccountTokenVolumeCredentials } from "@kfp-ts/sdk";
import { UsageError } from "../command-error.ts";
import type { SharedValues } from "../command-line/shared-options.ts";
import { credentialsFrom } from "../credentials.ts";
import type { Io } from "../io.ts";
import type { Settings } from "./settings.ts";

/**
 * Who is asking: what an option or a variable says, else what the context says.
 *
 * @throws UsageError
 */
export async function credentialsOf(
  { credentialsFrom: origin, contextCredentials, python }: Settings,
  shared: SharedValues,
  { env }: Io,
): Promise<Credentials | undefined> {
  if (origin !== undefined) return credentialsFrom(origin, shared, env);
  const described = contextCredentials?.value;
  if (described === undefined) return undefined;
  switch (described.kind) {
    case "python": {
      const headers = python?.headers ?? {};
      if (Object.keys(headers).length > 0) return { headers: () => headers };
      throw new UsageError(
        `The context sends what Python's kfp has kept${python === undefined ? "" : ` in ${python.file}`}, and there is no cookie and no header.`,
        "Say other credentials: kfp-ts context set --help",
      );
    }
    case "command": {
      const [program = "", ...args] = described.command;
      return command({ command: program, args, interactive: described.interactive });
    }
    case "service-account-token":
      return new ServiceAccountTokenVolumeCredentials({ path: described.path });
    case "kubernetes": {
      const { kind: _, ...options } = described;
      return kubernetesToken(options as Parameters<typeof kubernetesToken>[0]);
    }
    default:
      throw new UsageError(`Credentials of kind ${described.kind} are not known to this version.`);
  }
}
