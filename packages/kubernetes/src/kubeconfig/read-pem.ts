import { dirname, resolve } from "node:path";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import { type System, systemCode } from "../system.ts";

/** A field of a kubeconfig that holds PEM: in base64 in the file itself (`…-data`), or the path of another file. */
export interface PemField {
  readonly data: string | undefined;
  readonly path: string | undefined;
  /** The name of the field without `-data`. */
  readonly field: string;
  /** Whose it is, for the words of an error: `cluster "kind" in /people/dev/.kube/config`. */
  readonly of: string;
  /** The kubeconfig, to which a relative path is relative. */
  readonly file: string;
  /** What must stand in its first line, after BEGIN. */
  readonly begins: string;
}

/**
 * The text of a PEM field; what is in the kubeconfig itself wins over a path, as with kubectl.
 *
 * @returns undefined where neither is set.
 * @throws KubernetesConfigError UNREADABLE, MALFORMED
 */
export async function readPem({ readFile }: Pick<System, "readFile">, field: PemField): Promise<string | undefined> {
  if (field.data) return checked(field, `${field.field}-data`, Buffer.from(field.data, "base64").toString("utf8"));
  if (!field.path) return undefined;
  const path = besideKubeconfig(field.file, field.path);
  const text = await readFile(path).catch((cause: unknown) => {
    const fact =
      systemCode(cause) === "ENOENT" ? "does not exist" : `cannot be read (${systemCode(cause) || "unknown"})`;
    throw new KubernetesConfigError(
      "UNREADABLE",
      `The file ${path} (${field.field} of ${field.of}) ${fact}. Correct the path; relative ones are relative to the kubeconfig.`,
      { lookedAt: [path], cause },
    );
  });
  return checked(field, `${field.field} (${path})`, text);
}

/** A path of a kubeconfig, made absolute: relative ones are relative to the file they stand in. */
export function besideKubeconfig(file: string, path: string): string {
  return resolve(dirname(file), path);
}

function checked({ of, begins }: PemField, where: string, text: string): string {
  if (new RegExp(`-----BEGIN [A-Z ]*${begins}-----`).test(text)) return text;
  const what = begins === "CERTIFICATE" ? "certificate" : "private key";
  throw new KubernetesConfigError("MALFORMED", `The ${where} of ${of} holds no ${what} in PEM form.`);
}
