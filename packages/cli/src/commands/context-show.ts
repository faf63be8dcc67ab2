import type { JsonObject } from "@kfp-ts/api";
import { announcedServers } from "@kfp-ts/sdk/announcements";
import { placesOf } from "@kfp-ts/sdk/contexts";
import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { described } from "../contexts/describe-credentials.ts";
import { type Settings, type Source, settingsOf } from "../contexts/settings.ts";
import { isInPod } from "../endpoint.ts";
import { printable } from "../output/printable.ts";
import { styleFor } from "../output/style.ts";
import { formatTable } from "../output/table.ts";
import { type TunnelTarget, writeTarget } from "../tunnels/target.ts";

/** A line of what is shown: no secret is among them. */
interface Fact {
  readonly label: string;
  readonly value: string;
  readonly from: string;
}

/** `kfp-ts context show`: what a command would work with, and where each of it comes from. */
export const show = command({
  name: "show",
  summary: "Show what commands work with, and where each value comes from. Nothing is sent.",
  description: "Without a name it is what the next command would do here, with its options and environment.",
  optionalArg: { name: "name", doc: "The context, else the one that would be used." },
  completes: { name: "contexts" },
  examples: ["context show", "context show prod -o yaml", "context show --endpoint http://localhost:3000"],
  async run({ optionalArg, session, io }) {
    const name = optionalArg?.replace(/^context\//, "");
    if (name !== undefined && session.shared.context !== undefined && session.origins.context?.kind === "option") {
      throw new UsageError("A context is named twice.", "Leave --context out.");
    }
    const said = { shared: session.shared, origins: session.origins, env: io.env, onlyShown: true };
    const settings = await settingsOf(
      name === undefined
        ? said
        : {
            ...said,
            shared: { ...said.shared, context: name },
            origins: { ...said.origins, context: { kind: "option", name: "the argument" } },
          },
      () => announcedServers(io.env),
    );
    const file = placesOf(io.env)?.config ?? "none: there is no home directory";
    const facts = factsOf(settings, isInPod(io.env));
    if (session.printer.format === "name") {
      if (settings.context !== undefined) io.stdout.write(`context/${settings.context.name}\n`);
      return;
    }
    const rows = facts.map(({ label, value, from }) => [label, printable(value), printable(from)]);
    const style = styleFor(io.stdout.isTerminal, io.env);
    await session.printer.fact(formatTable(["SETTING", "VALUE", "FROM"], rows, style), asJson(file, facts));
    for (const note of settings.notes) session.note(note);
    if (session.printer.format === "table") session.note(`Contexts are kept in ${file}`);
  },
});

function factsOf(settings: Settings, inPod: boolean): Fact[] {
  const {
    context,
    endpoint,
    tunnel,
    namespace,
    contextCredentials,
    credentialsFrom,
    caFile,
    insecureSkipVerify,
    python,
  } = settings;
  const none = "nobody has said it";
  return [
    {
      label: "context",
      value: context?.name ?? "none",
      from:
        context === undefined
          ? none
          : context.chosenBy === undefined
            ? "the current one"
            : sourceText(context.chosenBy),
    },
    {
      label: "endpoint",
      value: endpoint?.value ?? (tunnel ? tunnelText(tunnel.value) : inPod ? "looked for in the cluster" : "none"),
      from: sourceTextOf(endpoint ?? tunnel) ?? (inPod ? "this pod" : none),
    },
    {
      label: "namespace",
      value: namespace?.value ?? (inPod && endpoint === undefined && tunnel === undefined ? "that of the pod" : "none"),
      from: namespace === undefined ? none : sourceText(namespace.from),
    },
    {
      label: "credentials",
      value:
        credentialsFrom === undefined ? described(contextCredentials?.value) || "none" : typed(credentialsFrom.name),
      from:
        credentialsFrom !== undefined
          ? sourceText(credentialsFrom)
          : contextCredentials === undefined
            ? none
            : sourceText(contextCredentials.from),
    },
    ...(caFile === undefined ? [] : [{ label: "caFile", value: caFile.value, from: sourceText(caFile.from) }]),
    {
      label: "certificates",
      value: insecureSkipVerify === undefined ? "checked" : "NOT checked",
      from: insecureSkipVerify === undefined ? "the default" : sourceText(insecureSkipVerify.from),
    },
    ...(python === undefined || Object.keys(python.headers).length === 0 || contextCredentials?.value.kind === "python"
      ? []
      : [
          {
            label: "Python's kfp",
            value: `has kept ${Object.keys(python.headers).join(" and ")}, which is not sent: nobody knows for which server it is`,
            from: `${python.file}; kfp-ts context set NAME --endpoint URL --python-credentials sends it to one`,
          },
        ]),
  ];
}

function typed(name: string): string {
  return name === "KFP_EXISTING_TOKEN" ? "a bearer token (***)" : "a service account token";
}

/** Where a tunnel would lead: nothing is asked, so what is to be found is not known yet. */
function tunnelText({ kubeContext, namespace, service }: TunnelTarget): string {
  const where = kubeContext === undefined ? "current context" : `context ${kubeContext}`;
  const what = service === undefined ? "Kubeflow Pipelines, which is looked for" : writeTarget({ namespace, service });
  return `a tunnel to ${what} in the cluster of the kubeconfig's ${where}`;
}

function sourceTextOf(setting: { readonly from: Source } | undefined): string | undefined {
  return setting && sourceText(setting.from);
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case "option":
      return source.name.startsWith("--") ? `the option ${source.name}` : source.name;
    case "variable":
      return `the variable ${source.name}`;
    case "context":
      return `the context ${source.name}`;
    case "server":
      return `the kfp-ts serve of this machine, process ${source.processId}`;
    case "python":
      return `Python's kfp, ${source.file}`;
    case "kubeconfig":
      return "the kubeconfig, as nobody has said it";
  }
}

function asJson(file: string, facts: readonly Fact[]): JsonObject {
  return {
    config: file,
    settings: Object.fromEntries(facts.map(({ label, value, from }) => [label, { value, from }])),
  };
}
