import type { ObjectMeta } from "@kfp-ts/kubernetes";
import { dnsLabel, dnsSubdomain, labelValue, pathSegment, qualifiedName } from "./names.ts";
import { type Flaw, type Path, writePath } from "./shape.ts";

/** How the objects of a kind are named, and why where Kubernetes itself would take more. */
const nameRules: Readonly<Record<string, (text: string) => string>> = {
  Namespace: dnsLabel,
  // It becomes the name of a namespace.
  Profile: dnsLabel,
  ServiceAccount: dnsSubdomain,
  PodDefault: dnsSubdomain,
};

/** The most that all annotations of an object may hold. */
const annotationBytes = 256 * 1024;

/** Finds what a Kubernetes API server would refuse in the metadata of an object. */
export function checkMetadata(kind: string, namespaced: boolean, metadata: ObjectMeta, flaws: Flaw[]): void {
  const add = (path: Path, message: string): number => flaws.push({ path: ["metadata", ...path], message });

  if (!metadata.name) {
    const generated = metadata.generateName
      ? " A generated one is of no use here: it would be another at each reading."
      : "";
    add([], `A ${kind} needs a name, and metadata.name has none.${generated}`);
  } else addWhere((nameRules[kind] ?? pathSegment)(metadata.name), ["name"], metadata.name);

  if (namespaced && !metadata.namespace) {
    add([], `A ${kind} is in a namespace, and metadata.namespace names none: a file has no current one to be taken.`);
  } else if (namespaced && metadata.namespace)
    addWhere(dnsLabel(metadata.namespace), ["namespace"], metadata.namespace);

  checkLabels(metadata.labels, ["metadata", "labels"], flaws);
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    const wrong = qualifiedName(key.toLowerCase());
    if (wrong) flaws.push(badKey(["metadata", "annotations", key], key, wrong));
  }
  if (bytes > annotationBytes)
    add(["annotations"], `The annotations have ${bytes} bytes; Kubernetes takes ${annotationBytes}.`);

  function addWhere(wrong: string, path: Path, text: string): void {
    if (wrong) add(path, `${writePath(["metadata", ...path])} is ${JSON.stringify(text)}. Right: ${wrong}.`);
  }
}

/** Finds labels that Kubernetes does not take. */
export function checkLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
  path: Path,
  flaws: Flaw[],
): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const wrongKey = qualifiedName(key);
    if (wrongKey) flaws.push(badKey([...path, key], key, wrongKey));
    const wrong = labelValue(value);
    if (wrong) {
      const message = `The value of label ${JSON.stringify(key)} is ${JSON.stringify(value)}. Right: ${wrong}.`;
      flaws.push({ path: [...path, key], message });
    }
  }
}

/** A key that is no qualified name. */
export function badKey(path: Path, key: string, right: string): Flaw {
  return { path, ofKey: true, message: `${JSON.stringify(key)} is no key of labels and annotations. Right: ${right}.` };
}
