import { readCredentialsDescription } from "../credentials/read-description.ts";
import { parseEndpoint } from "../endpoint.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { type Config, type Context, type ContextCredentials, emptyConfig } from "./context.ts";
import { contextUnusable } from "./context-unusable.ts";

/** The keys from the top of the file to the one that is wrong. */
type Path = readonly string[];

class Wrong extends Error {
  readonly path: Path;
  readonly fix: string | undefined;
  constructor(path: Path, message: string, fix?: string) {
    super(message);
    this.path = path;
    this.fix = fix;
  }
}

/**
 * Reads the text of a configuration.
 *
 * @param file - Its path, for errors.
 * @throws KfpError CONTEXT_UNUSABLE that names file, line and key, and what to do. A value is repeated only where it can be no secret.
 */
export async function readConfig(text: string, file: string): Promise<Config> {
  if (!/^[^#\s]/m.test(text)) return emptyConfig;
  const { load, YAMLException } = await import("js-yaml");
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? "" : `, line ${error.mark.line + 1}`;
    // The whole message would repeat the lines around it.
    throw contextUnusable(`${file}${line} is no YAML: ${error.reason}.`, "Correct the line, or move the file away.");
  }
  try {
    return configOf(value);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const line = lineOf(text, error.path);
    const place = line === undefined ? file : `${file}, line ${line}`;
    throw contextUnusable(`${place}: ${error.message}`, error.fix ?? "Correct the file, or move it away.");
  }
}

function configOf(value: unknown): Config {
  const given = record(value, [], ["current", "contexts"]);
  const contexts = new Map<string, Context>();
  if (given.contexts !== undefined && given.contexts !== null) {
    for (const [name, context] of Object.entries(record(given.contexts, ["contexts"]))) {
      const path = ["contexts", name];
      const problem = nameProblem(name);
      if (problem !== undefined) throw new Wrong(path, `the name of a context ${problem}`);
      contexts.set(name, contextOf(context, path));
    }
  }
  const current = textOf(given.current, ["current"]);
  if (current !== undefined && !contexts.has(current)) {
    throw new Wrong(
      ["current"],
      `current is ${JSON.stringify(current)}, and there is no such context.`,
      known(contexts),
    );
  }
  return { current, contexts };
}

function contextOf(value: unknown, path: Path): Context {
  const { endpoint, namespace, credentials, tls } = record(value, path, [
    "endpoint",
    "namespace",
    "credentials",
    "tls",
  ]);
  if (endpoint === undefined || endpoint === null) {
    throw new Wrong(path, `${dotted(path)}.endpoint is missing.`, "Add what stands before /apis in the server's URLs.");
  }
  return {
    endpoint: asWrong([...path, "endpoint"], () => endpointOf(textOf(endpoint, [...path, "endpoint"]) ?? "")),
    namespace: textOf(namespace, [...path, "namespace"]),
    credentials:
      credentials === undefined || credentials === null
        ? undefined
        : asWrong([...path, "credentials"], () =>
            credentialsDescriptionOf(credentials, dotted([...path, "credentials"])),
          ),
    tls: tls === undefined || tls === null ? undefined : tlsOf(tls, [...path, "tls"]),
  };
}

function credentialsDescriptionOf(value: unknown, where: string): ContextCredentials {
  const isPython = typeof value === "object" && value !== null && "kind" in value && value.kind === "python";
  if (isPython && Object.keys(value).length === 1) return { kind: "python" };
  return readCredentialsDescription(value, where);
}

function tlsOf(value: unknown, path: Path): Context["tls"] {
  const { caFile, insecureSkipVerify } = record(value, path, ["caFile", "insecureSkipVerify"]);
  if (insecureSkipVerify !== undefined && typeof insecureSkipVerify !== "boolean") {
    const at = [...path, "insecureSkipVerify"];
    throw new Wrong(at, `${dotted(at)} is neither true nor false.`);
  }
  return { caFile: textOf(caFile, [...path, "caFile"]), insecureSkipVerify };
}

/**
 * An endpoint as a client writes it, so that two spellings of one are the same.
 *
 * @throws KfpError BAD_ENDPOINT, SECRET_IN_URL
 */
export function endpointOf(given: string): string {
  return parseEndpoint(given).url;
}

/** Why a text can be no name of a context; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}$/.test(name)) return undefined;
  return "begins with a letter or a digit and goes on with those and . _ @ : - (128 characters at most).";
}

/** The contexts that there are, as a remedy. */
export function known(contexts: ReadonlyMap<string, unknown>): string {
  const names = [...contexts.keys()].join(", ");
  return names === "" ? "There is none: kfp-ts context set NAME --endpoint URL makes one." : `There are: ${names}.`;
}

function record(value: unknown, path: Path, keys?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Wrong(
      path,
      `${path.length === 0 ? "The file" : dotted(path)} is no map of keys.`,
      keys && `It has: ${keys.join(", ")}.`,
    );
  }
  for (const key of Object.keys(value)) {
    if (keys === undefined || keys.includes(key)) continue;
    const at = [...path, key];
    throw new Wrong(
      at,
      `${dotted(at)} is no key that is known here.`,
      `Correct or remove it; there are: ${keys.join(", ")}.`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}

function textOf(value: unknown, path: Path): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && value !== "" && !/\p{Cc}/u.test(value)) return value;
  throw new Wrong(
    path,
    `${dotted(path)} is no text of one line.`,
    typeof value === "string" ? undefined : "Put it into quotes.",
  );
}

function asWrong<T>(path: Path, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isKfpError(error)) throw error;
    const [first] = path;
    throw new Wrong(
      path,
      error.message.startsWith(`${first}.`) ? error.message : `${dotted(path)}: ${error.message}`,
      error.fix,
    );
  }
}

function dotted(path: Path): string {
  return path.join(".");
}

/** The line of a key in the text: that of the last key of the path that is found, each below the one before it. */
function lineOf(text: string, path: Path): number | undefined {
  let at = 0;
  let line: number | undefined;
  for (const key of path) {
    const word = key.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const found = new RegExp(`(^|[\\s{,])["']?${word}["']?\\s*:`, "m").exec(text.slice(at));
    if (found === null) return line;
    at += found.index + found[0].length;
    line = text.slice(0, at).split("\n").length;
  }
  return line;
}
