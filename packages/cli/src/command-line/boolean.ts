import { UsageError } from "../command-error.ts";
import { flag, type Option } from "./option.ts";

const YES = new Set(["1", "t", "true"]);
const NO = new Set(["0", "f", "false"]);

/** A flag that an environment variable can say as well: with the words that Kubeflow's own server takes. */
export function flagOrVariable(doc: string, variable: string): Option<boolean> {
  return { ...flag(doc, { env: [variable] }), read: readBoolean };
}

function readBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  throw new UsageError(`"${text}" is neither true nor false.`);
}
