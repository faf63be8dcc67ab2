import type { JsonObject } from "@kfp-ts/api";
import type { ListAccess, WhoAmI } from "@kfp-ts/sdk";
import { command } from "../command-line/command.ts";
import { described } from "../contexts/describe-credentials.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { printable } from "../output/printable.ts";
import { type Style, styleFor } from "../output/style.ts";
import { formatFacts, formatTable } from "../output/table.ts";
import { remedyOf } from "../report-error.ts";

/** The names of the resources as the commands spell them. */
const names: Readonly<Record<keyof WhoAmI["resources"], string>> = {
  experiments: "experiments",
  runs: "runs",
  recurringRuns: "recurring-runs",
  pipelines: "pipelines",
  sharedPipelines: "pipelines of everybody",
};

/** `kfp-ts whoami`: who is asking, and what they may list. */
export const whoami = command({
  name: "whoami",
  summary: "Tell who the server takes you for, and what you may list.",
  description:
    "It asks for a list of each kind: that a server answers kfp-ts health proves nothing. Ends with 4 where the server " +
    "does not know who is asking.",
  examples: [
    "whoami",
    "whoami --namespace team-a",
    "whoami --token-file /var/run/secrets/kubeflow/pipelines/token -o json",
  ],
  async run({ session, io }): Promise<ExitCode> {
    const kfp = await session.client();
    const me = await kfp.whoAmI();
    const { context, contextCredentials, credentialsFrom } = await session.settings();
    const { login } = await session.asker();
    const used = {
      context: context?.name ?? "",
      credentials:
        login !== undefined
          ? `the login of ${login.user || "a browser"}, kept in ${login.file}`
          : (credentialsFrom?.name ?? described(contextCredentials?.value)),
    };
    const style = styleFor(io.stdout.isTerminal, io.env);
    await session.printer.fact(formatText(me, used, style), { ...asJson(me), ...filled(used) });
    const remedy = me.identity.from === "nobody" ? ((await session.loginRemedy()) ?? firstRemedy(me)) : firstRemedy(me);
    if (remedy !== undefined) io.stderr.write(`fix: ${remedy.split("\n").map(printable).join("\n")}\n`);
    return me.identity.from === "nobody" ? exitCodes.notAllowed : exitCodes.done;
  },
});

/** Which context and which credentials were used; empty where none. */
interface Used {
  readonly context: string;
  readonly credentials: string;
}

function filled(used: Used): JsonObject {
  return Object.fromEntries(Object.entries(used).filter(([, value]) => value !== ""));
}

function formatText(me: WhoAmI, used: Used, style: Style): string {
  const { host, identity, namespace, multiUser, resources } = me;
  const facts = [
    ["Endpoint", host],
    ["Context", used.context],
    ["Credentials", used.credentials],
    ["Mode", multiUser === undefined ? "" : multiUser ? "multi-user" : "single-user: nobody is asked who they are"],
    ["You", who(me)],
    ["Why", identity.from === "nobody" ? (identity.reason ?? "") : ""],
    ["Token ends", identity.expiresAt?.toISOString() ?? ""],
    ["Namespace", namespace ?? "none"],
  ] as const;
  const shown = facts.map(([label, value]) => [label, printable(value)] as const);
  const rows = Object.entries(resources).map(([name, access]) => {
    const why = identity.code === access.code ? "" : inShort(access.reason ?? "");
    return [names[name as keyof WhoAmI["resources"]], paint(access.list, style), printable(why)];
  });
  return `${formatFacts(shown, style)}\n${formatTable(["RESOURCE", "LIST", "WHY"], rows, style)}`;
}

/** The reason without what the row says already, and without the whole request, which JSON has. */
function inShort(reason: string): string {
  return reason
    .replace(/^\w+\.\w+: /, "")
    .replace(/\s*\(request: &ResourceAttributes\{.*$/s, "")
    .replace(/ with reason:$/, "");
}

function who({ identity, multiUser }: WhoAmI): string {
  switch (identity.from) {
    case "server":
      return `${identity.user} (the server says so)`;
    case "token":
      return `${identity.user} (the token says so, and the server takes it)`;
    case "nobody":
      return "nobody: the server does not know who is asking";
    case "unknown":
      return multiUser === false ? "" : "somebody: the server does not say who";
  }
}

function paint(list: ListAccess["list"], style: Style): string {
  return list === "allowed" ? style.green(list) : list === "denied" ? style.red(list) : style.yellow(list);
}

/** What to do first: about being nobody, else about what is denied. */
function firstRemedy({ identity, resources }: WhoAmI): string | undefined {
  const { code, fix } =
    identity.fix === undefined ? (Object.values(resources).find(({ list }) => list !== "allowed") ?? {}) : identity;
  return code === undefined || fix === undefined ? undefined : remedyOf(code, fix);
}

function asJson({ host, identity, namespace, multiUser, resources }: WhoAmI): JsonObject {
  const access = ({ list, code, reason, fix }: ListAccess): JsonObject => ({
    list,
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(fix !== undefined && { fix }),
  });
  const { user, from, expiresAt, code, reason, fix } = identity;
  return {
    endpoint: host,
    ...(multiUser !== undefined && { multi_user: multiUser }),
    identity: {
      ...(user !== undefined && { user }),
      from,
      ...(expiresAt !== undefined && { expires_at: expiresAt.toISOString() }),
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
      ...(fix !== undefined && { fix }),
    },
    ...(namespace !== undefined && { namespace }),
    resources: {
      experiments: access(resources.experiments),
      runs: access(resources.runs),
      recurring_runs: access(resources.recurringRuns),
      pipelines: access(resources.pipelines),
      shared_pipelines: access(resources.sharedPipelines),
    },
  };
}
