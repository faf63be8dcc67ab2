import type { Json } from "@kfp-ts/api";
import type { OutputParameterDefinition } from "@kfp-ts/api/pipeline-spec";
import { MAX_NESTING, nestsTooDeep } from "../values/nesting.ts";
import { shown } from "../values/text.ts";
import type { ExecutorOutput } from "./executor-input.ts";
import { invalid, readOutputFile } from "./executor-output.ts";

/**
 * The output parameters of a task: what it wrote as its outputs, and for those that are not in there what it wrote into
 * the file of each.
 *
 * @param files - Where each was to be written.
 * @param folder - Of the attempt: what is elsewhere is not read.
 * @throws RunnerError (OUTPUT_INVALID) where one is missing or of another type.
 */
export async function outputParameters(
  definitions: Readonly<Record<string, OutputParameterDefinition>>,
  written: ExecutorOutput,
  files: Readonly<Record<string, { readonly outputFile: string }>>,
  folder: string,
): Promise<Readonly<Record<string, Json>>> {
  const values = new Map<string, Json>();
  for (const [name, { parameterType }] of Object.entries(definitions)) {
    const type = parameterType ?? "PARAMETER_TYPE_ENUM_UNSPECIFIED";
    const given = written.parameterValues;
    if (given !== undefined && Object.hasOwn(given, name)) {
      values.set(name, checked(name, type, given[name] ?? null));
      continue;
    }
    const file = files[name]?.outputFile ?? "";
    const text = await readOutputFile(file, folder);
    if (text === undefined) {
      throw invalid(`its output ${name} is missing: it wrote neither its value nor the file ${file}`);
    }
    values.set(name, checked(name, type, valueIn(text, type)));
  }
  return Object.fromEntries(values);
}

/** What the text of a file is as a value of a type, read as a cluster does; the text itself where it is none. */
function valueIn(text: string, type: string): Json {
  const word = text.trim();
  switch (type) {
    case "NUMBER_INTEGER":
      return /^[+-]?\d+$/.test(word) && Math.abs(Number(word)) <= 2 ** 63 ? Number(word) : text;
    case "NUMBER_DOUBLE":
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) && Number.isFinite(Number(word)) ? Number(word) : text;
    case "BOOLEAN":
      return /^(1|t|true|True|T|TRUE)$/.test(word) || (/^(0|f|false|False|F|FALSE)$/.test(word) ? false : text);
    case "LIST":
    case "STRUCT":
      try {
        return JSON.parse(word) as Json;
      } catch {
        return text;
      }
    default:
      return text;
  }
}

const kinds: Readonly<Record<string, (value: Json) => boolean>> = {
  NUMBER_INTEGER: (value) => Number.isInteger(value),
  NUMBER_DOUBLE: (value) => typeof value === "number",
  STRING: (value) => typeof value === "string",
  BOOLEAN: (value) => typeof value === "boolean",
  LIST: (value) => Array.isArray(value),
  STRUCT: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

function checked(name: string, type: string, value: Json): Json {
  if (nestsTooDeep(value)) throw invalid(`its output ${name} nests more than ${MAX_NESTING} deep`);
  const fits = kinds[type];
  if (fits === undefined || value === null || fits(value)) return value;
  throw invalid(`its output ${name} is a ${type}, and what it gave is ${shown(value)}`);
}
