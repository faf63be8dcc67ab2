import type { Environment } from "../environment.ts";
import { loadConfig } from "./config-file.ts";
import type { Context } from "./context.ts";
import { contextUnusable } from "./context-unusable.ts";

/** A saved context that is to be used. */
export interface ChosenContext extends Context {
  readonly name: string;
  /** Who has said so: an option, the variable KFP_CONTEXT, or nobody but that it is the current one. */
  readonly chosenBy: "option" | "variable" | "current";
}

/**
 * The saved context to use: the one that is named, else that of KFP_CONTEXT, else the current one.
 *
 * @returns undefined where nobody has chosen any.
 * @throws KfpError CONTEXT_UNUSABLE where there is none of this name, or what is saved cannot be read
 */
export async function chosenContext({
  env,
  name: said,
  namedBy = said === undefined ? "KFP_CONTEXT" : "the option context",
}: {
  readonly env: Environment;
  readonly name?: string | undefined;
  /** Who has said the name, for errors. */
  readonly namedBy?: string | undefined;
}): Promise<ChosenContext | undefined> {
  const { current, contexts } = await loadConfig(env);
  const named = said ?? (env.KFP_CONTEXT || undefined);
  const name = named ?? current;
  if (name === undefined) return undefined;
  const chosenBy = said !== undefined ? "option" : named !== undefined ? "variable" : "current";
  const context = contexts.get(name);
  if (context !== undefined) return { ...context, name, chosenBy };
  const { known } = await import("./read-config.ts");
  throw contextUnusable(`There is no context ${JSON.stringify(name)}, which ${namedBy} names.`, known(contexts));
}
