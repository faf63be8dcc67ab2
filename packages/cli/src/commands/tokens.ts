import type { KubeflowData } from "@kfp-ts/kubeflow";
import { CommandError, UsageError } from "../command-error.ts";
import { type CommandGroup, command } from "../command-line/command.ts";
import { parseLifetime } from "../command-line/duration.ts";
import { option, repeated, required } from "../command-line/option.ts";
import { dataOption, withKubeflowData } from "../kubeflow/kubeflow-data.ts";

const create = command({
  name: "create",
  summary: "Print a token of a service account, as kubectl create token does.",
  description:
    "It is for Kubeflow in a box (kfp-ts serve --kubeflow), whose data directory it shares. The token goes to stdout and " +
    "nothing else does. It is for the audience that is said: the Pipelines API takes those for pipelines.kubeflow.org.",
  args: { serviceAccount: "The service account: default-editor." },
  options: {
    namespace: required("name", "The namespace of the service account.", { short: "n" }),
    audience: repeated("audience", "Whom the token is for.", readAudience, {
      otherwise: "the issuer, which is no use for pipelines",
    }),
    duration: option("duration", "How long it lives, 10m at least.", parseLifetime, { otherwise: "1h" }),
    ...dataOption,
  },
  examples: [
    "tokens create default-editor --namespace kubeflow-user-example-com --audience pipelines.kubeflow.org",
    "tokens create default-editor -n team-a --audience pipelines.kubeflow.org --duration 8h",
  ],
  speaks: false,
  async run({ args: { serviceAccount }, options: { namespace, audience: audiences, duration, data }, io }) {
    const { token } = await withKubeflowData(data, io, { make: false }, async (opened) => {
      const expirationSeconds = duration === undefined ? undefined : Math.floor(duration / 1000);
      return opened.issuer
        .issue({ namespace, serviceAccount, audiences, expirationSeconds })
        .catch((error: unknown) => {
          throw refusalOf(error, opened, namespace);
        });
    });
    io.stdout.write(`${token}\n`);
  },
});

/** A refusal in Kubernetes' words, with what there is instead. */
function refusalOf(error: unknown, data: KubeflowData, namespace: string): unknown {
  const { name, code, message } = error as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly message?: string;
  };
  if (name !== "StatusError") return error;
  const failed = `failed to create token: ${message}`;
  if (code !== 404) return new UsageError(failed, "Give a --duration from 10m to 49710d, or none for 1h.");
  const known = data.hasNamespace(namespace)
    ? data.accountsOf(namespace).map((account) => account.name)
    : data.namespaces();
  const there = known.length === 0 ? "there are none" : `there are ${known.slice(0, 20).join(", ")}`;
  const which = data.hasNamespace(namespace) ? `Service accounts of ${namespace}` : "Namespaces";
  return new CommandError(failed, `${which}: ${there}.`);
}

function readAudience(text: string): string {
  if (text !== "") return text;
  throw new UsageError("--audience must not be an empty string.", "Leave it out, or give pipelines.kubeflow.org.");
}

/** The commands on tokens. */
export const tokens: CommandGroup = {
  name: "tokens",
  alias: "token",
  summary: "Tokens of service accounts, from Kubeflow in a box.",
  commands: [create],
};
