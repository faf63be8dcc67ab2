import type { PythonContext } from "./python-context.ts";

/** Reads the text of Python's context. What is wrong with it is as if it were not there. */
export function readPythonContext(text: string): Omit<PythonContext, "file"> {
  const value = parse(text);
  const word = (key: string): string | undefined => {
    const found = typeof value[key] === "string" ? value[key].trim() : "";
    // It keeps the line break of the file that it has the namespace from.
    return found === "" || /\p{Cc}/u.test(found) ? undefined : found;
  };
  const cookie = word("client_authentication_cookie");
  const name = word("client_authentication_header_name")?.toLowerCase();
  const header = word("client_authentication_header_value");
  const headers = {
    ...(cookie !== undefined && { cookie }),
    ...(name !== undefined && /^[\w-]+$/.test(name) && header !== undefined && { [name]: header }),
  };
  return { namespace: word("namespace"), headers };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
