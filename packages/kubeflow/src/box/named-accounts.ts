import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ServiceAccountName } from "../objects/named.ts";
import type { ServiceAccount } from "../tokens/service-accounts.ts";
import { replaceFile } from "../whole-file.ts";
import { KubeflowError } from "./kubeflow-error.ts";
import { unlessMissing } from "./private-files.ts";

/** The namespaces and service accounts that there are beside those of profiles. */
export interface Named {
  readonly namespaces: readonly string[];
  readonly serviceAccounts: readonly ServiceAccount[];
}

/**
 * What the system's bindings and the files of `--rbac` name, in a file of its own: so that a service account keeps its id
 * over a restart, and other processes know it. Only the server writes it.
 */
export class NamedAccounts {
  readonly #path: string;
  #named: Named;
  #saved: string;

  private constructor(path: string, named: Named, saved: string) {
    this.#path = path;
    this.#named = named;
    this.#saved = saved;
  }

  /** @throws KubeflowError where the file is damaged */
  static async open(path: string): Promise<NamedAccounts> {
    const text = await unlessMissing(readFile(path, "utf8"));
    const named = text === undefined ? { namespaces: [], serviceAccounts: [] } : namedIn(text, path);
    return new NamedAccounts(path, named, text ?? "");
  }

  get named(): Named {
    return this.#named;
  }

  /** Makes these the ones that exist. Who was there already stays the same; who is not named any more is gone. */
  keep(namespaces: readonly string[], names: readonly ServiceAccountName[]): void {
    const before = new Map(this.#named.serviceAccounts.map((account) => [keyOf(account), account]));
    const serviceAccounts = names.map(
      ({ namespace, name }) => before.get(keyOf({ namespace, name })) ?? { namespace, name, uid: randomUUID() },
    );
    this.#named = { namespaces, serviceAccounts };
  }

  /** Writes them down, where they are not. */
  async save(): Promise<void> {
    const text = `${JSON.stringify(this.#named, null, 2)}\n`;
    if (text === this.#saved) return;
    await replaceFile(this.#path, text);
    this.#saved = text;
  }
}

/** Under what a service account is found. */
export function keyOf({ namespace, name }: ServiceAccountName): string {
  return `${namespace}/${name}`;
}

function namedIn(text: string, path: string): Named {
  const damaged = (cause?: unknown) =>
    new KubeflowError("ERR_DATA", `${path} is damaged.`, {
      fix: "Delete it: the next start of the server makes it anew, and tokens of the service accounts in it end.",
      cause,
    });
  let value: Partial<Named>;
  try {
    value = JSON.parse(text) as Partial<Named>;
  } catch (cause) {
    throw damaged(cause);
  }
  const { namespaces, serviceAccounts } = value ?? {};
  const isText = (one: unknown): boolean => typeof one === "string";
  const good =
    Array.isArray(namespaces) &&
    namespaces.every(isText) &&
    Array.isArray(serviceAccounts) &&
    serviceAccounts.every((one) => isText(one?.namespace) && isText(one?.name) && isText(one?.uid));
  if (!good) throw damaged();
  return { namespaces, serviceAccounts };
}
