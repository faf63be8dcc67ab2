import { LineCounter, parseAllDocuments } from "yaml";
import { isJsonObject } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import { mistakeIn } from "../schema/check.ts";

/** YAML that holds no good PodDefault. The message names file, line and what is wrong. */
export class PodDefaultFileError extends Error {
  override readonly name = "PodDefaultFileError";
}

/**
 * Reads PodDefaults from YAML of one or more documents. Objects of other kinds are passed over.
 *
 * @param file - What the text is called in errors.
 * @param options.namespace - For those that name none.
 * @throws PodDefaultFileError for the first mistake.
 */
export function readPodDefaults(
  text: string,
  file: string,
  options: { readonly namespace?: string | undefined } = {},
): readonly PodDefault[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  return documents.flatMap((document) => {
    const [broken] = document.errors;
    const start = lines.linePos(broken?.pos[0] ?? document.contents?.range?.[0] ?? 0).line;
    const fail = (what: string): PodDefaultFileError => new PodDefaultFileError(`${file}:${start}: ${what}`);
    if (broken !== undefined) throw fail(broken.message.split("\n", 1)[0] ?? "it is no YAML");
    const object: unknown = document.toJS();
    if (object === null || object === undefined) return [];
    if (!isJsonObject(object)) throw fail("an object of Kubernetes is expected, with apiVersion, kind and metadata");
    if (object.kind !== "PodDefault") return [];
    if (object.apiVersion !== "kubeflow.org/v1alpha1") {
      throw fail(`PodDefault is of kubeflow.org/v1alpha1, not of ${JSON.stringify(object.apiVersion)}`);
    }
    const metadata = isJsonObject(object.metadata) ? object.metadata : {};
    const { name, namespace = options.namespace } = metadata;
    if (typeof name !== "string" || name === "") throw fail("metadata.name: it is required, and missing");
    if (typeof namespace !== "string" || namespace === "")
      throw fail("metadata.namespace: it is required, and missing");
    const spec = object.spec ?? undefined;
    if (spec !== undefined) {
      const mistake = isJsonObject(spec)
        ? mistakeIn(spec, "PodDefaultSpec", "spec", { required: true })
        : "spec: an object is expected";
      if (mistake !== undefined) throw fail(`PodDefault ${name}: ${mistake}`);
    }
    return [{ ...object, metadata: { ...metadata, name, namespace } } as PodDefault];
  });
}
