import type { Manifest, ObjectChange } from "@kfp-ts/kubeflow";
import type { Kubernetes } from "@kfp-ts/kubernetes";
import { clusterOptions } from "../cluster/cluster-options.ts";
import { CommandError } from "../command-error.ts";
import { flag } from "../command-line/option.ts";
import { confirmChange } from "../confirm.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { type Style, styleFor } from "../output/style.ts";

/** The options of everything that can be applied instead of printed. */
export const applyOptions = {
  apply: flag("Apply it to the cluster instead of printing it, after showing what would change."),
  yes: flag("Do not ask.", { short: "y" }),
  forceConflicts: flag("Take the fields that somebody else manages."),
  ...clusterOptions,
};

/**
 * Shows what applying a manifest would change, asks, and applies it. A result is a line on stdout, as kubectl has it.
 *
 * @throws CommandError that says what to do, where the cluster refuses; UsageError where nobody can be asked.
 */
export async function applyManifest(
  kubernetes: Kubernetes,
  { objects }: Manifest,
  { yes, forceConflicts }: { readonly yes: boolean; readonly forceConflicts: boolean },
  io: Io,
): Promise<void> {
  const { applyChange, planApply } = await import("@kfp-ts/kubeflow");
  const changes = await planApply(kubernetes, objects, { force: forceConflicts }).catch((error: unknown) => {
    throw refusalOf(error, objects);
  });
  const changing = changes.filter(({ outcome }) => outcome !== "unchanged");
  if (changing.length > 0) {
    const style = styleFor(io.stderr.isTerminal, io.env);
    for (const { diff } of changing) io.stderr.write(paintDiff(diff, style));
    await confirmChange(io, questionOf(changing, kubernetes.access.server), yes);
  }
  for (const change of changes) {
    const outcome = await applyChange(kubernetes, change, { force: forceConflicts }).catch((error: unknown) => {
      throw refusalOf(error, [change.object]);
    });
    io.stdout.write(`${printable(change.title)} ${outcome}\n`);
  }
}

function questionOf(changes: readonly ObjectChange[], server: string): string {
  const what = changes.length === 1 ? changes[0]?.title : `${changes.length} objects`;
  return `Apply ${what} to ${server}`;
}

/** Colours the lines of a diff. They come from a cluster, so they are made safe to show. */
function paintDiff(diff: string, style: Style): string {
  return diff
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const safe = printable(line);
      if (/^(---|\+\+\+) /.test(line)) return style.bold(safe);
      if (line.startsWith("@@")) return style.dim(safe);
      return line.startsWith("+") ? style.green(safe) : line.startsWith("-") ? style.red(safe) : safe;
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** What the command can say of a refusal that the cluster cannot. */
function refusalOf(error: unknown, objects: Manifest["objects"]): unknown {
  if (!(error instanceof Error) || error.name !== "KubernetesError" || !("status" in error)) return error;
  if (error.status === 409 && /conflict with/i.test(error.message)) {
    return new CommandError(
      error.message,
      "Leave these fields to whoever manages them, or take them with --force-conflicts.",
    );
  }
  if (error.status === 422 && error.message.includes("cannot change roleRef")) {
    return new CommandError(
      error.message,
      "A role binding keeps its cluster role: give this one another --name, or delete the other first.",
    );
  }
  if (error.status !== 404) return error;
  const [, missing] = /namespaces "([^"]+)" not found/.exec(error.message) ?? [];
  if (missing !== undefined) {
    return new CommandError(
      `There is no namespace ${missing} in the cluster.`,
      "Create the profile first, or say another namespace with --namespace.",
    );
  }
  return objects.some(({ kind }) => kind === "PodDefault")
    ? new CommandError(
        "The cluster does not know PodDefaults: their custom resource is not installed.",
        "Install it with its webhook: kfp-ts poddefaults install --url https://… or --service NAMESPACE/NAME.",
      )
    : error;
}
