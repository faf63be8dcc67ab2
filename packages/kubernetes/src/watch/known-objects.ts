import type { KubernetesObject, WatchEvent } from "../kubernetes.ts";

/** A change of an object. */
export type Change<T> = Extract<WatchEvent<T>, { readonly object: T }>;

/** What a watch has given so far: from it follows what a new list changes, and what has vanished. */
export class KnownObjects<T extends KubernetesObject> {
  #objects = new Map<string, T>();

  /** What changes with a list of everything that there is. */
  *replace(items: readonly T[]): Generator<Change<T>> {
    const before = this.#objects;
    this.#objects = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, object] of before) {
      const now = this.#objects.get(key);
      // The same name for another object: the one is gone, and what was made in its place is new.
      if (now === undefined || now.metadata.uid !== object.metadata.uid) yield { type: "deleted", object };
    }
    for (const [key, object] of this.#objects) {
      const known = before.get(key);
      if (known === undefined || known.metadata.uid !== object.metadata.uid) yield { type: "added", object };
      else if (known.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: "modified", object };
    }
  }

  /** What an event of the watch changes. */
  apply(type: "ADDED" | "MODIFIED" | "DELETED", object: T): Change<T> {
    const key = keyOf(object);
    if (type === "DELETED") {
      this.#objects.delete(key);
      return { type: "deleted", object };
    }
    const change = this.#objects.has(key) ? "modified" : "added";
    this.#objects.set(key, object);
    return { type: change, object };
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}
