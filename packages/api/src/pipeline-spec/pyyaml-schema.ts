import { defineScalarTag, mapTag, mergeTag, NOT_RESOLVED, nullYaml11Tag, Schema, seqTag, strTag } from "js-yaml";

const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE = /^(?:yes|true|on)$/i;
const INTEGER =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

const never = () => false;

// js-yaml's own YAML 1.1 also takes `y` and `n` for booleans. PyYAML does not, and so writes a parameter `y` unquoted.
const booleanTag = defineScalarTag<boolean>("tag:yaml.org,2002:bool", {
  implicit: true,
  resolve: (source) => (BOOLEAN.test(source) ? TRUE.test(source) : NOT_RESOLVED),
  identify: never,
});

const integerTag = defineScalarTag<number>("tag:yaml.org,2002:int", {
  implicit: true,
  resolve: (source) => (INTEGER.test(source) ? signed(source, magnitudeOfInteger) : NOT_RESOLVED),
  identify: never,
});

const floatTag = defineScalarTag<number>("tag:yaml.org,2002:float", {
  implicit: true,
  resolve: (source, isExplicit) =>
    FLOAT.test(source) || (isExplicit && INTEGER.test(source)) ? signed(source, magnitudeOfFloat) : NOT_RESOLVED,
  identify: never,
});

// A date is a text in JSON, so only the explicit tag is known here and gives the text.
const timestampTag = defineScalarTag<string>("tag:yaml.org,2002:timestamp", {
  resolve: (source) => source,
  identify: never,
});

/**
 * How PyYAML reads what has no quotes, which is how the Python compiler that writes packages means it: `1e5`, `y` and
 * `0o14` are texts, `yes` is true, `012` is ten. Dates stay texts, and there is no tag whose value is not JSON.
 */
export const PYYAML_SCHEMA = new Schema([
  strTag,
  seqTag,
  mapTag,
  nullYaml11Tag,
  booleanTag,
  integerTag,
  floatTag,
  timestampTag,
  mergeTag,
]);

function signed(source: string, magnitude: (digits: string) => number): number {
  const digits = source.replaceAll("_", "").replace(/^[-+]/, "");
  return source.startsWith("-") ? -magnitude(digits) : magnitude(digits);
}

function magnitudeOfInteger(digits: string): number {
  if (digits.startsWith("0b")) return Number.parseInt(digits.slice(2), 2);
  if (digits.startsWith("0x")) return Number.parseInt(digits.slice(2), 16);
  if (digits.includes(":")) return sexagesimal(digits);
  return digits.startsWith("0") ? Number.parseInt(digits, 8) : Number(digits);
}

function magnitudeOfFloat(digits: string): number {
  const lower = digits.toLowerCase();
  if (lower === ".inf") return Number.POSITIVE_INFINITY;
  if (lower === ".nan") return Number.NaN;
  return lower.includes(":") ? sexagesimal(lower) : Number(lower);
}

function sexagesimal(digits: string): number {
  return digits.split(":").reduce((total, part) => total * 60 + Number(part), 0);
}
