import type { JsonObject } from "@kfp-ts/api";
import { type Config, changeConfig, loadConfig, plainContext } from "@kfp-ts/sdk/contexts";
import { UsageError } from "../command-error.ts";
import { type CommandGroup, command } from "../command-line/command.ts";
import { confirmDeletion } from "../confirm.ts";
import { described } from "../contexts/describe-credentials.ts";
import { outputOption } from "../output/output-option.ts";
import { printable } from "../output/printable.ts";
import { printerFor } from "../output/printer.ts";
import { styleFor } from "../output/style.ts";
import { formatTable } from "../output/table.ts";
import { set } from "./context-set.ts";
import { show } from "./context-show.ts";
import { deleteOptions } from "./delete.ts";

const list = command({
  name: "list",
  summary: "List the contexts; a star marks the current one.",
  options: outputOption,
  examples: ["context list", "context list --output name"],
  speaks: false,
  async run({ options: { output = "table" }, io }) {
    const { current, contexts } = await loadConfig(io.env);
    if (output === "name") {
      io.stdout.write([...contexts.keys()].map((name) => `context/${name}\n`).join(""));
      return;
    }
    const rows = [...contexts].map(([name, { endpoint, namespace, credentials }]) =>
      [name === current ? "*" : "", name, endpoint, namespace ?? "", described(credentials)].map(printable),
    );
    const header = ["", "NAME", "ENDPOINT", "NAMESPACE", "CREDENTIALS"];
    const value: JsonObject = {
      ...(current !== undefined && { current }),
      contexts: Object.fromEntries([...contexts].map(([name, context]) => [name, plainContext(context)])),
    };
    await printerFor(output, io).fact(formatTable(header, rows, styleFor(io.stdout.isTerminal, io.env)), value);
    if (output === "table" && rows.length === 0) {
      io.stderr.write("No contexts found. One is made with kfp-ts login or kfp-ts context set NAME --endpoint URL\n");
    }
  },
});

const use = command({
  name: "use",
  summary: "Use a context from now on, in all shells.",
  args: { name: "The context." },
  completes: { name: "contexts" },
  examples: ["context use prod"],
  speaks: false,
  async run({ args, io }) {
    const name = nameOf(args.name);
    const { contexts } = await changeConfig(io.env, (config) => {
      needed(name, config);
      return config.current === name ? config : { ...config, current: name };
    });
    io.stderr.write(`Using the context ${name} from now on: ${contexts.get(name)?.endpoint}\n`);
    if (io.env.KFP_CONTEXT) io.stderr.write(`KFP_CONTEXT says ${printable(io.env.KFP_CONTEXT)} here, and it wins.\n`);
    const { KFP_ENDPOINT, KF_PIPELINES_ENDPOINT } = io.env;
    if (KFP_ENDPOINT || KF_PIPELINES_ENDPOINT) {
      io.stderr.write(
        `${KFP_ENDPOINT ? "KFP_ENDPOINT" : "KF_PIPELINES_ENDPOINT"} says an endpoint here, and it wins.\n`,
      );
    }
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a context. Sessions stay; kfp-ts logout ends them.",
  args: { name: "The context." },
  completes: { name: "contexts" },
  options: deleteOptions,
  examples: ["context delete old --yes"],
  speaks: false,
  async run({ args, options: { yes }, io }) {
    const name = nameOf(args.name);
    needed(name, await loadConfig(io.env));
    await confirmDeletion(io, `the context ${name}`, yes);
    let wasCurrent = false;
    await changeConfig(io.env, (config) => {
      needed(name, config);
      wasCurrent = config.current === name;
      const contexts = new Map([...config.contexts].filter(([other]) => other !== name));
      return { current: wasCurrent ? undefined : config.current, contexts };
    });
    io.stderr.write(
      `Deleted the context ${name}.${wasCurrent ? " There is no current one now: kfp-ts context use NAME" : ""}\n`,
    );
  },
});

/** What `--output name` prints is taken as well. */
function nameOf(word: string): string {
  return word.replace(/^context\//, "");
}

function needed(name: string, { contexts }: Config): void {
  if (contexts.has(name)) return;
  const names = [...contexts.keys()].join(", ");
  throw new UsageError(
    `There is no context ${printable(name)}.`,
    names === "" ? "There is none at all: kfp-ts context set NAME --endpoint URL makes one." : `There are: ${names}.`,
  );
}

/** The commands on contexts. */
export const context: CommandGroup = {
  name: "context",
  alias: "contexts",
  summary: "Named endpoints, with namespace and credentials.",
  commands: [list, show, use, set, remove],
};
