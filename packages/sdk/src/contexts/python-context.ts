import { readFile } from "node:fs/promises";
import type { Environment } from "../environment.ts";
import { placesOf } from "./places.ts";
import { readPythonContext } from "./read-python-context.ts";

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
  return { file, ...readPythonContext(text) };
}
