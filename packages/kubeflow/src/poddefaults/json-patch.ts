import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/** An operation of a JSON patch (RFC 6902). Only what is asked here is made: nothing is ever removed. */
export interface PatchOperation {
  readonly op: "add" | "replace";
  /** A JSON pointer (RFC 6901). */
  readonly path: string;
  readonly value: Json;
}

/** A part of a JSON pointer: `/` and `~` are written otherwise. */
export function pointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Sets a field of an object that is there. Says nothing where it has this very value. */
export function setField(object: JsonObject, path: string, name: string, value: Json): readonly PatchOperation[] {
  const found = Object.hasOwn(object, name) ? object[name] : undefined;
  if (found === value) return [];
  return [{ op: found === undefined ? "add" : "replace", path: `${path}/${pointerPart(name)}`, value }];
}

/** Adds entries at the end of a list, which may be missing, null or empty as well. */
export function appendAll(list: Json | undefined, path: string, entries: readonly Json[]): readonly PatchOperation[] {
  if (entries.length === 0) return [];
  if (!Array.isArray(list) || list.length === 0) return [{ op: "add", path, value: entries }];
  return entries.map((value) => ({ op: "add", path: `${path}/-`, value }));
}

/** Sets entries of a map, which may be missing, null or empty as well. */
export function setAll(
  map: Json | undefined,
  path: string,
  entries: ReadonlyMap<string, string>,
): readonly PatchOperation[] {
  if (entries.size === 0) return [];
  if (!isJsonObject(map) || Object.keys(map).length === 0) {
    return [{ op: "add", path, value: Object.fromEntries(entries) }];
  }
  return [...entries].flatMap(([name, value]) => setField(map, path, name, value));
}
