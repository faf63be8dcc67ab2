import { option } from "../command-line/option.ts";
import { readFormat } from "../command-line/shared-options.ts";
import { type OutputFormat, outputFormats } from "./printer.ts";

/** How to print, for commands that speak to no server. */
export const outputOption = {
  output: option<OutputFormat>("format", "How to print it: table, json, yaml or name.", readFormat, {
    short: "o",
    env: ["KFP_OUTPUT"],
    otherwise: "table",
    completes: outputFormats,
  }),
};
