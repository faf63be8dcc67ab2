import { existsSync } from "node:fs";
import { clusterOptions, withCluster } from "../cluster/cluster-options.ts";
import { command } from "../command-line/command.ts";
import { flag } from "../command-line/option.ts";
import { shellWord } from "../command-line/shell.ts";
import { confirmDeletion } from "../confirm.ts";
import { printable } from "../output/printable.ts";
import { certDirOption, certificateDirectory } from "./certificate-directory.ts";
import { replacedFile } from "./install.ts";
import { installFailure } from "./install-failure.ts";

/** `kfp-ts poddefaults uninstall`: takes away what install has made. */
export const uninstall = command({
  name: "uninstall",
  summary: "Take the PodDefault webhook out of a cluster, with its certificate.",
  description:
    "The custom resource goes too if kfp-ts made it and there are no PodDefaults. What was replaced is not brought back.",
  options: {
    certDir: certDirOption,
    crd: flag("Take the custom resource away although there are PodDefaults: all of them are deleted."),
    yes: flag("Do not ask.", { short: "y" }),
    ...clusterOptions,
  },
  examples: ["poddefaults uninstall"],
  speaks: false,
  async run({ options, io }) {
    const { podDefaultInstallation, uninstallPodDefaults } = await import("@kfp-ts/kubeflow");
    const certDir = certificateDirectory(options.certDir, io);
    await withCluster(options, io, async (kubernetes) => {
      const installed = await podDefaultInstallation(kubernetes);
      const lost = options.crd && installed.crd?.isOwn === true ? installed.crd.podDefaults : 0;
      if (lost > 0) {
        const what = lost === 1 ? "the only PodDefault" : `all ${lost} PodDefaults`;
        await confirmDeletion(io, `${what} of ${kubernetes.access.server}`, options.yes);
      }
      const { removed, keptCrd } = await uninstallPodDefaults(kubernetes, installed, {
        certDir,
        withPodDefaults: options.crd,
      });
      for (const { title, outcome } of removed) io.stdout.write(`${printable(title)} ${outcome}\n`);
      if (removed.length === 0) io.stderr.write("Nothing of kfp-ts was installed.\n");
      if (keptCrd !== undefined) {
        const remedy = keptCrd.hasPodDefaults ? "; --crd deletes them with it" : "";
        io.stderr.write(`${keptCrd.title} stays: ${keptCrd.reason}${remedy}.\n`);
      }
      for (const name of installed.replaced) {
        const path = replacedFile(certDir, name);
        const how = existsSync(path) ? `kubectl apply --filename ${shellWord(path)}` : "apply its manifest again";
        io.stderr.write(`${printable(name)} was replaced and is not brought back. To do so: ${how}\n`);
      }
    }).catch((error: unknown) => {
      throw installFailure(error);
    });
  },
});
