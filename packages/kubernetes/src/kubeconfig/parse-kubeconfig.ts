import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { Kubeconfig, KubeconfigCluster, KubeconfigContext, KubeconfigUser, Origin } from "./kubeconfig.ts";
import { misshapen, pathText, type Shape } from "./shape.ts";

const cluster: Shape = {
  server: "text",
  "certificate-authority": "text",
  "certificate-authority-data": "text",
  "insecure-skip-tls-verify": "boolean",
  "tls-server-name": "text",
  "proxy-url": "text",
  extensions: [{ name: "text", extension: "any" }],
};
const exec: Shape = {
  apiVersion: "text",
  command: "text",
  args: ["text"],
  env: [{ name: "text", value: "text" }],
  provideClusterInfo: "boolean",
  interactiveMode: "text",
  installHint: "text",
};
const user: Shape = {
  token: "text",
  tokenFile: "text",
  "client-certificate": "text",
  "client-certificate-data": "text",
  "client-key": "text",
  "client-key-data": "text",
  username: "text",
  password: "text",
  as: "text",
  "as-uid": "text",
  "as-groups": ["text"],
  "as-user-extra": { "*": ["text"] },
  exec,
  "auth-provider": { name: "text" },
};
const document: Shape = {
  apiVersion: "text",
  kind: "text",
  "current-context": "text",
  clusters: [{ name: "text", cluster }],
  users: [{ name: "text", user }],
  contexts: [{ name: "text", context: { cluster: "text", user: "text", namespace: "text" } }],
};

/** What a document of that shape holds. */
interface Document {
  readonly kind?: string | null;
  readonly "current-context"?: string | null;
  readonly clusters?: readonly Named[] | null;
  readonly users?: readonly Named[] | null;
  readonly contexts?: readonly Named[] | null;
}
type Named = { readonly name?: string | null } & Readonly<Record<string, unknown>>;

/**
 * Reads a kubeconfig: YAML, of which JSON is a part. An empty file is an empty kubeconfig, as kubectl takes it.
 *
 * @param file - Its path, for the words of an error.
 * @throws KubernetesConfigError MALFORMED, with the file and, where the YAML is broken, the line.
 */
export async function parseKubeconfig(file: string, text: string): Promise<Kubeconfig> {
  const parsed = ((await parseYaml(file, text)) ?? {}) as Document;
  const wrong = misshapen(parsed, document);
  if (wrong !== undefined) {
    const { lineOf } = await import("./line-of.ts");
    throw malformed(file, `, line ${lineOf(text, wrong.path)}: ${pathText(wrong.path)} must be ${wrong.mustBe}`);
  }
  if (typeof parsed.kind === "string" && parsed.kind !== "" && parsed.kind !== "Config") {
    throw malformed(file, ` is of kind ${parsed.kind}, not Config`);
  }
  return {
    currentContext: parsed["current-context"] || undefined,
    clusters: byName<KubeconfigCluster>(file, "cluster", parsed.clusters),
    users: byName<KubeconfigUser>(file, "user", parsed.users),
    contexts: byName<KubeconfigContext>(file, "context", parsed.contexts),
  };
}

function byName<T>(file: string, field: string, entries: readonly Named[] | null | undefined): Map<string, Origin<T>> {
  const map = new Map<string, Origin<T>>();
  for (const entry of entries ?? []) {
    const name = entry?.name ?? "";
    if (map.has(name)) throw malformed(file, ` has two entries "${name}" in ${field}s. Rename or remove one`);
    map.set(name, { file, value: withoutNulls(entry?.[field]) as T });
  }
  return map;
}

/** YAML has null where a field is left empty, and that is the same as no field. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

async function parseYaml(file: string, text: string): Promise<unknown> {
  const { load, YAMLException } = await import("js-yaml");
  if (text.trim() === "") return undefined;
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // Neither the parser's snippet nor the error itself goes on: the line may hold a token.
    const line = error.mark === undefined ? "" : `, line ${error.mark.line + 1}`;
    throw malformed(file, `${line}: it is no YAML: ${error.reason}`);
  }
}

function malformed(file: string, what: string): KubernetesConfigError {
  return new KubernetesConfigError("MALFORMED", `The kubeconfig ${file}${what}.`, { lookedAt: [file] });
}
