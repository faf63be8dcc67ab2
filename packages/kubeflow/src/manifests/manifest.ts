import type { KubernetesObject } from "@kfp-ts/kubernetes";
import { Document, isMap, isNode, isPair, isScalar } from "yaml";

/** Objects of the Kubernetes API, and the YAML that a person reads. */
export interface Manifest {
  readonly objects: readonly KubernetesObject[];
  /** The same objects as YAML documents, with comments that say what the fields are for. */
  readonly text: string;
}

/** Something to say about a field: the way to it, and the text, which may have several lines. */
export type Comment = readonly [path: ReadonlyArray<string | number>, text: string];

/**
 * Writes an object with comments above some of its fields.
 *
 * @param comments - A way that leads nowhere in this object is passed over: the field was not asked for.
 */
export function manifestOf(object: KubernetesObject, comments: readonly Comment[] = []): Manifest {
  return { objects: [object], text: yamlOf(object, comments) };
}

/** Several manifests as one text, documents apart. */
export function joinManifests(manifests: readonly Manifest[]): Manifest {
  return {
    objects: manifests.flatMap(({ objects }) => objects),
    text: manifests.map(({ text }) => text).join("---\n"),
  };
}

/**
 * Writes a value as YAML that is the same to readers of YAML 1.1 (kubectl, PyYAML) and of 1.2: words like `yes` are
 * quoted. Lines are never folded.
 */
export function yamlOf(value: unknown, comments: readonly Comment[] = []): string {
  const document = new Document(value, { compat: "yaml-1.1", aliasDuplicateObjects: false });
  for (const [path, text] of comments) comment(document, path, text);
  return document.toString({ lineWidth: 0 });
}

function comment(document: Document, path: ReadonlyArray<string | number>, text: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
  const node = isPair(pair) ? pair.key : document.getIn(path, true);
  if (isNode(node)) node.commentBefore = text.replaceAll(/^/gm, " ");
}
