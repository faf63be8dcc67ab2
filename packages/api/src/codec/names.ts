import type { Field } from "../messages/field.ts";

/** `displayName` -> `display_name`: how protocol buffers spell a field on the wire. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `display_name` -> `displayName`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The name of a field on the wire. */
export function wireName(name: string, field: Field): string {
  return field.wire ?? snakeCase(name);
}
