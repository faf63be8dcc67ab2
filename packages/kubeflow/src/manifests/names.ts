import { ManifestError } from "./manifest-error.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * The name of an object, as most kinds have it (a DNS subdomain, RFC 1123).
 *
 * @param what - Whose name it is, for the error: "name of the pod".
 * @throws ManifestError where it is none.
 */
export function objectName(what: string, name: string): string {
  if (name.length <= 253 && SUBDOMAIN.test(name)) return name;
  throw new ManifestError(
    `The ${what} is ${JSON.stringify(name)}, and Kubernetes takes no such name.`,
    "Take small letters, digits, - and ., with a letter or a digit at both ends.",
  );
}

/**
 * The name of a namespace (a DNS label, RFC 1123).
 *
 * @throws ManifestError where it is none.
 */
export function namespaceName(namespace: string): string {
  if (LABEL.test(namespace)) return namespace;
  throw new ManifestError(
    `${JSON.stringify(namespace)} is no name of a namespace.`,
    "Take at most 63 small letters, digits and -, with a letter or a digit at both ends.",
  );
}

/**
 * Labels as Kubernetes takes them.
 *
 * @throws ManifestError that names the one which is wrong.
 */
export function labelsOf(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(labels)) {
    const [name = "", prefix] = key.split("/").reverse();
    const isKey =
      QUALIFIED.test(name) && key.split("/").length <= 2 && (prefix === undefined || SUBDOMAIN.test(prefix));
    if (isKey && (value === "" || QUALIFIED.test(value))) continue;
    throw new ManifestError(
      `${JSON.stringify(`${key}=${value}`)} is no label.`,
      "Both sides are at most 63 letters, digits, -, _ and ., with a letter or a digit at both ends; the key may have a " +
        "domain and a / in front.",
    );
  }
  return labels;
}
