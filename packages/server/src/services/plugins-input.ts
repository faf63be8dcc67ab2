import { invalidArgument, type Json, type JsonObject } from "@kfp-ts/api";

type PluginsInput = Readonly<Record<string, JsonObject>>;

const MAX_PLUGINS = 16;
const MAX_DEPTH = 10;
/** Of one plugin, and of all, in bytes of JSON. */
const MAX_BYTES = 64 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024;

/**
 * Checks what a run passes to plugins against upstream's limits.
 *
 * @returns it as JSON text, or "" where there is nothing.
 * @throws StatusError INVALID_ARGUMENT with upstream's texts.
 */
export function pluginsInputText(input: PluginsInput | undefined): string {
  const entries = Object.entries(input ?? {});
  if (entries.length === 0) return "";
  if (entries.length > MAX_PLUGINS) {
    throw refused(`number of plugins_input entries (${entries.length}) exceeds maximum ${MAX_PLUGINS}`);
  }
  for (const [name, value] of entries) checkPlugin(JSON.stringify(name), value);
  const text = JSON.stringify(input);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TOTAL_BYTES) {
    throw refused(`plugins_input total size (${bytes} bytes) exceeds maximum ${MAX_TOTAL_BYTES} bytes`);
  }
  return text;
}

function checkPlugin(name: string, value: JsonObject): void {
  if (depthOf(value) > MAX_DEPTH) throw refused(`plugins_input[${name}] nesting depth exceeds maximum ${MAX_DEPTH}`);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > MAX_BYTES) {
    throw refused(`plugins_input[${name}] size (${bytes} bytes) exceeds maximum ${MAX_BYTES} bytes`);
  }
}

/** How deep objects and lists nest: 1 for one that holds none. */
function depthOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const item of Object.values(value) as Json[]) deepest = Math.max(deepest, depthOf(item));
  return deepest + 1;
}

function refused(fact: string) {
  return invalidArgument(`Invalid plugins_input: ${fact}`);
}
