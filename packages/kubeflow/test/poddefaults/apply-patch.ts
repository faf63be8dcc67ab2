import type { Json, PatchOperation } from "@kfp-ts/kubeflow";

/** A strict RFC 6902 for `add`, `replace` and `remove`: whatever a server would refuse throws. Nothing given is changed. */
export function applyPatch(document: Json, patch: readonly PatchOperation[]): Json {
  let result: Json = structuredClone(document);
  for (const { op, path, value } of patch) {
    if (path === "") throw new Error("the whole document is not to be replaced");
    if (!path.startsWith("/")) throw new Error(`${path} is no pointer`);
    const parts = path
      .slice(1)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = parts.pop() as string;
    let target = result as unknown;
    for (const part of parts) target = step(target, part, path);
    put(target, last, op, structuredClone(value) as unknown, path);
    result = result as Json;
  }
  return result;
}

function step(target: unknown, part: string, path: string): unknown {
  if (Array.isArray(target)) {
    const found: unknown = target[indexOf(part, target.length - 1, path)];
    return found;
  }
  if (typeof target !== "object" || target === null || !Object.hasOwn(target, part)) {
    throw new Error(`${path}: ${part} does not exist`);
  }
  return (target as Record<string, unknown>)[part];
}

function put(target: unknown, last: string, op: string, value: unknown, path: string): void {
  if (Array.isArray(target)) {
    if (op === "add") target.splice(last === "-" ? target.length : indexOf(last, target.length, path), 0, value);
    else if (op === "replace") target[indexOf(last, target.length - 1, path)] = value;
    else throw new Error(`${op} is not made here`);
    return;
  }
  if (typeof target !== "object" || target === null) throw new Error(`${path}: there is nothing to put it in`);
  if (op === "replace" && !Object.hasOwn(target, last))
    throw new Error(`${path}: does not exist, so nothing is replaced`);
  if (op !== "add" && op !== "replace") throw new Error(`${op} is not made here`);
  Object.defineProperty(target, last, { value, enumerable: true, configurable: true, writable: true });
}

function indexOf(part: string, highest: number, path: string): number {
  const index = /^(0|[1-9][0-9]*)$/.test(part) ? Number(part) : Number.NaN;
  if (!(index <= highest)) throw new Error(`${path}: ${part} is no index of the list`);
  return index;
}
