import { readFile } from "node:fs/promises";
import type { Environment } from "../environment.ts";
import { placesOf } from "./places.ts";

/** What Python's client keeps for all servers together. */
export interface PythonContext {
  readonly file: string;
  readonly namespace: string | undefined;
  /** The headers that it would send to whatever server it is pointed at: a cookie, or one of any name. A secret. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads what Python's client keeps (`~/.config/kfp/context.json`), if it is there and can be read: it is that client's
 * file, so whatever is wrong with it is no error here.
 */
export async function pythonContext(env: Environment): Promise<PythonContext | undefined> {
  const file = placesOf(env)?.python;
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
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
  return { file, namespace: word("namespace"), headers };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
