import { readObject } from "./check-object.ts";
import { describeObject, type KubeflowObject, type ObjectFile, type Place } from "./kubeflow-object.ts";
import { ObjectError, type ObjectProblem } from "./object-error.ts";
import { objectKinds } from "./object-kinds.ts";
import { type Flaw, isObject, type Path } from "./shape.ts";
import { readYaml } from "./yaml-documents.ts";

/**
 * Reads Kubernetes objects from YAML or JSON: Namespace, ServiceAccount, Role, ClusterRole, RoleBinding,
 * ClusterRoleBinding, Profile and PodDefault, in as many documents and Lists as there are.
 *
 * What a Kubernetes API server refuses is refused, and unknown fields are, as kubectl does. Objects of other kinds have
 * no effect and get a warning, so that a file that is for a cluster can be used as it is; but a kind that is one of
 * these but for a slip is refused.
 *
 * @param file - What messages call the text.
 * @throws ObjectError with all that is wrong.
 */
export function readObjects(text: string, file: string): ObjectFile {
  const problems: ObjectProblem[] = [];
  const warnings: string[] = [];
  const places = new Map<KubeflowObject, Place>();

  for (const { value, placeOf } of readYaml(text, file)) {
    for (const [item, path] of itemsOf(value)) {
      const place = (flaw: Path, ofKey = false): Place => placeOf([...path, ...flaw], ofKey);
      const found = kindOf(item);
      if ("other" in found) {
        const { line, column } = place([]);
        warnings.push(`${file}:${line}:${column}: ${found.other}`);
        continue;
      }
      const flaws: Flaw[] = "flaw" in found ? [found.flaw] : [];
      const object = "flaw" in found ? undefined : readObject(item, found.kind, flaws);
      for (const flaw of flaws) {
        problems.push({ ...place(flaw.path, flaw.ofKey), message: `${subjectOf(item)}${flaw.message}` });
      }
      if (object) places.set(object, place([]));
    }
  }

  problems.push(...repeated(places));
  if (problems.length > 0) throw new ObjectError(problems);
  return { objects: [...places.keys()], places, warnings };
}

/** What is wrong where two objects have the same kind, namespace and name: both places. */
export function repeated(places: Iterable<readonly [KubeflowObject, Place]>): readonly ObjectProblem[] {
  const first = new Map<string, Place>();
  const problems: ObjectProblem[] = [];
  for (const [object, place] of places) {
    const name = describeObject(object);
    const before = first.get(name);
    if (!before) first.set(name, place);
    else {
      const message = `${name} is already at ${before.file}:${before.line}:${before.column}. Take one of them away.`;
      problems.push({ ...place, message });
    }
  }
  return problems;
}

/** A document's objects: itself, or those of a List. */
function itemsOf(value: unknown): readonly (readonly [item: unknown, path: Path])[] {
  if (!isObject(value)) return [[value, []]];
  const { apiVersion, kind, items } = value;
  if (kind !== "List" || apiVersion !== "v1" || !Array.isArray(items)) return [[value, []]];
  return items.map((item: unknown, index) => [item, ["items", index]] as const);
}

function kindOf(item: unknown): { kind: (typeof objectKinds)[string] } | { flaw: Flaw } | { other: string } {
  if (!isObject(item))
    return { flaw: { path: [], message: "This is no object: write apiVersion, kind and metadata." } };
  const { kind: name, apiVersion } = item;
  if (typeof apiVersion !== "string" || apiVersion === "") {
    return { flaw: { path: ["apiVersion"], message: `apiVersion is missing. Right: ${versionFor(name)}.` } };
  }
  if (typeof name !== "string" || name === "") {
    return { flaw: { path: ["kind"], message: `kind is missing. Right: ${Object.keys(objectKinds).join(", ")}.` } };
  }
  const kind = Object.hasOwn(objectKinds, name) ? objectKinds[name] : undefined;
  if (kind && [kind.apiVersion, ...(kind.olderVersions ?? [])].includes(apiVersion)) return { kind };
  if (kind && groupOf(apiVersion) === groupOf(kind.apiVersion)) {
    return { flaw: { path: ["apiVersion"], message: `apiVersion is ${apiVersion}. Right: ${kind.apiVersion}.` } };
  }
  const meant = Object.keys(objectKinds).find((known) => isSlip(name, known));
  if (meant) {
    const right = `apiVersion: ${objectKinds[meant]?.apiVersion}, kind: ${meant}`;
    return { flaw: { path: ["kind"], message: `There is no ${name} in ${apiVersion}. Right: ${right}.` } };
  }
  if (groupOf(apiVersion) === "rbac.authorization.k8s.io" || name === "List") {
    const message = `There is no ${name} in ${apiVersion} that can be read.`;
    return { flaw: { path: ["kind"], message } };
  }
  return { other: `${name} of ${apiVersion} has no effect here.` };
}

/** Whether a kind was meant to be another: in other letters, or several of it. */
function isSlip(name: string, known: string): boolean {
  const plain = name.toLowerCase().replace(/[-_ ]/g, "");
  return plain === known.toLowerCase() || plain === `${known.toLowerCase()}s`;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function versionFor(kind: unknown): string {
  const known = typeof kind === "string" && Object.hasOwn(objectKinds, kind) ? objectKinds[kind] : undefined;
  return known?.apiVersion ?? "v1, rbac.authorization.k8s.io/v1 or kubeflow.org/v1, as the kind has it";
}

/** Whose flaw it is, as far as it says: `RoleBinding team-a/editors: `. */
function subjectOf(item: unknown): string {
  if (!isObject(item) || typeof item.kind !== "string") return "";
  const { name, namespace } = isObject(item.metadata) ? item.metadata : {};
  if (typeof name !== "string" || name === "") return `${item.kind}: `;
  return `${item.kind} ${typeof namespace === "string" && namespace ? `${namespace}/` : ""}${name}: `;
}
