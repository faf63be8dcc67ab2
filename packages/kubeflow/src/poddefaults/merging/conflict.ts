import { stringify } from "yaml";
import type { Json } from "../json.ts";

/** Who has an entry: the pod, in one of its places, or a PodDefault. */
export type Holder =
  | { readonly kind: "pod"; readonly places: readonly string[] }
  | { readonly kind: "pod-default"; readonly name: string };

/** Two entries that exclude each other. */
export interface Conflict {
  /** As Kubeflow begins it: `merging env for access-ml-pipeline has a conflict on X: `. */
  readonly head: string;
  readonly podDefault: string;
  readonly wanted: Json;
  readonly found: Json;
  readonly holder: Holder;
  /** Equal for conflicts that read the same in Kubeflow's words, and so are told once. */
  readonly words: string;
  /** What to do about it, where that is more than the usual. */
  readonly advice?: string | undefined;
}

/** How much of a value is shown; a container or a script can be long, and the answer ends in an event. */
const SHOWN = 1500;

/** Conflicts that read the same, in several containers of a pod above all, become one that names all of these. */
function foldConflicts(conflicts: readonly Conflict[]): readonly Conflict[] {
  const folded = new Map<string, Conflict>();
  for (const conflict of conflicts) {
    const first = folded.get(conflict.words);
    if (first === undefined) folded.set(conflict.words, conflict);
    else if (first.holder.kind === "pod" && conflict.holder.kind === "pod") {
      const places = [...new Set([...first.holder.places, ...conflict.holder.places])];
      folded.set(conflict.words, { ...first, holder: { kind: "pod", places } });
    }
  }
  return [...folded.values()];
}

/**
 * The text for conflicts: for each Kubeflow's beginning and both values as YAML; at the end what to change, once for all
 * conflicts that are of one sort. Several are put in brackets, as Kubeflow has it.
 */
export function describeConflicts(conflicts: readonly Conflict[]): string {
  const folded = foldConflicts(conflicts);
  const texts = folded.map(describe);
  const errors = texts.length === 1 ? texts.join() : `[${texts.join(",\n")}]`;
  const advice = [...new Set(folded.map((conflict) => conflict.advice ?? adviceFor(conflict)))];
  return `${errors}\nWhat to change: ${advice.join("\nOr, for others: ")}`;
}

function describe({ head, podDefault, wanted, found, holder }: Conflict): string {
  const there =
    holder.kind === "pod"
      ? `${holder.places.join(" and ")} ${holder.places.length > 1 ? "have" : "has"}:`
      : `PodDefault ${holder.name} has${holder.name === podDefault ? " as well" : ""}:`;
  return [head, `PodDefault ${podDefault} has:`, indented(wanted), there, indented(found)].join("\n");
}

function adviceFor({ podDefault, holder }: Conflict): string {
  if (holder.kind === "pod") {
    return (
      "make the two equal, or remove one of them; or keep the PodDefault from the pod: by the labels that it selects, or " +
      'every one of them by the annotation poddefault.admission.kubeflow.org/exclude: "true".'
    );
  }
  if (holder.name === podDefault) return `have it only once in PodDefault ${podDefault}.`;
  return "make the two equal, remove one of them, or label the pod so that only one of the two PodDefaults selects it.";
}

function indented(value: Json): string {
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}\n(cut off here)` : text;
  return shown.replaceAll(/^/gm, "  ");
}
