import type { PageForm } from "./page.ts";

/**
 * What a browser sends of a form: all fields as the page has them, hidden ones and ticked boxes too, with some filled in,
 * and the first button, as if Enter had been pressed.
 *
 * @param values - By the name of the field.
 * @returns the body of a POST or the query of a GET, percent-encoded.
 */
export function filledForm(form: PageForm, values: Readonly<Record<string, string>> = {}): string {
  const sent = new URLSearchParams();
  const button = form.fields.find(({ type }) => type === "submit");
  for (const field of form.fields) {
    if (field.sent || field === button || Object.hasOwn(values, field.name)) {
      sent.append(field.name, values[field.name] ?? field.value);
    }
  }
  return sent.toString();
}
