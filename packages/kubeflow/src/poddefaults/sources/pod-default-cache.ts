import type { PodDefault } from "../pod-default.ts";
import { inOrder } from "../selecting/select-pod-defaults.ts";

/** PodDefaults by namespace, in order. */
export class PodDefaultCache {
  readonly #byNamespace = new Map<string, Map<string, PodDefault>>();
  readonly #ordered = new Map<string, readonly PodDefault[]>();

  set(podDefault: PodDefault): void {
    const { name, namespace } = podDefault.metadata;
    const there = this.#byNamespace.get(namespace) ?? new Map<string, PodDefault>();
    this.#byNamespace.set(namespace, there.set(name, podDefault));
    this.#ordered.delete(namespace);
  }

  delete({ metadata: { name, namespace } }: PodDefault): void {
    const there = this.#byNamespace.get(namespace);
    there?.delete(name);
    if (there?.size === 0) this.#byNamespace.delete(namespace);
    this.#ordered.delete(namespace);
  }

  inNamespace(namespace: string): readonly PodDefault[] {
    const known = this.#ordered.get(namespace);
    if (known !== undefined) return known;
    const there = this.#byNamespace.get(namespace);
    if (there === undefined) return [];
    const ordered = inOrder([...there.values()]);
    this.#ordered.set(namespace, ordered);
    return ordered;
  }
}
