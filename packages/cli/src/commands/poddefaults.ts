import type { CommandGroup } from "../command-line/command.ts";
import { install } from "../poddefaults/install.ts";
import { serve } from "../poddefaults/serve.ts";
import { uninstall } from "../poddefaults/uninstall.ts";

/** The PodDefault webhook. */
export const poddefaults: CommandGroup = {
  name: "poddefaults",
  alias: "poddefault",
  summary: "The webhook that puts what PodDefaults say into pods.",
  commands: [serve, install, uninstall],
};
