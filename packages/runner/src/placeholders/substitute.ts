const PLACEHOLDER = /\{\{(\$(?:\.[^{}]*)?)\}\}/g;

/**
 * A text with its placeholders replaced. What stands in their place is not read again: a value that looks like a
 * placeholder stays what it is.
 *
 * @param lookup - The text for what stands between the braces, such as `$.inputs.parameters['x']`; undefined where it
 *   is none. Then it stays as it is, as on a cluster.
 */
export function substitute(text: string, lookup: (expression: string) => string | undefined): string {
  if (!text.includes("{{$")) return text;
  return text.replaceAll(PLACEHOLDER, (whole, expression: string) => lookup(expression) ?? whole);
}
