import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "@kfp-ts/kubeflow";

/** What a webhook answered, as far as it is compared. */
export interface Outcome {
  /** null: no decision. */
  readonly allowed: boolean | null;
  readonly message?: string | undefined;
  readonly messageContains?: readonly string[] | undefined;
  readonly resultingPod?: Json | undefined;
}

/** Why two outcomes are not the same by the rules of the recordings; undefined where they are. */
export function differenceBetween(recorded: Outcome, ours: Outcome): string | undefined {
  if (recorded.allowed !== ours.allowed) return `allowed: ${recorded.allowed} was recorded, ours is ${ours.allowed}`;
  if (recorded.message !== undefined && !messageFits(recorded.message, ours.message ?? "")) {
    return `message: ${JSON.stringify(recorded.message)} was recorded, ours is ${JSON.stringify(ours.message)}`;
  }
  const lacking = (recorded.messageContains ?? []).find((part) => !(ours.message ?? "").includes(part));
  if (lacking !== undefined)
    return `message: ${JSON.stringify(lacking)} is not in ours, ${JSON.stringify(ours.message)}`;
  if (recorded.allowed !== true) return undefined;
  const [theirs, own] = [comparable(recorded.resultingPod ?? null), comparable(ours.resultingPod ?? null)];
  return isDeepStrictEqual(theirs, own)
    ? undefined
    : `resultingPod: ${JSON.stringify(theirs)} was recorded, ours is ${JSON.stringify(own)}`;
}

function messageFits(recorded: string, ours: string): boolean {
  return recorded.endsWith("<any>") ? ours.startsWith(recorded.slice(0, -"<any>".length)) : ours === recorded;
}

const EMPTY_IS_NONE = new Set(["labels", "annotations", "resources", "status", "metadata"]);
const QUANTITIES = new Set(["limits", "requests"]);

/** A value in the one form that all values have that count as equal. */
function comparable(value: Json | undefined, field = "", parent = ""): unknown {
  if (value === null || value === undefined) return undefined;
  if (QUANTITIES.has(parent) || field === "sizeLimit" || field === "divisor") return quantity(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item: Json) => comparable(item, "", field));
  }
  if (typeof value !== "object") return value;
  const entries = Object.entries(value as JsonObject)
    .filter(([name, held]) => !(name === "creationTimestamp" && held === null))
    .map(([name, held]) => [name, comparable(held, name, field)] as const)
    .filter(([name, held]) => held !== undefined && !(name === "value" && held === "" && "name" in (value as object)))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.length === 0 && EMPTY_IS_NONE.has(field) ? undefined : Object.fromEntries(entries);
}

function quantity(value: Json): unknown {
  const match = /^([0-9.]+)(Ki|Mi|Gi|m|k|M|G)?$/.exec(String(value));
  if (match === null) return value;
  const factors: Readonly<Record<string, number>> = {
    "": 1,
    m: 0.001,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    Ki: 1024,
    Mi: 1024 ** 2,
    Gi: 1024 ** 3,
  };
  return `quantity ${Number(match[1]) * (factors[match[2] ?? ""] ?? Number.NaN)}`;
}
