import type { AccessAttributes } from "../rbac/rbac-objects.ts";
import { StatusError } from "../tokens/status-error.ts";
import { badRequest } from "./status.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the `spec` of a request. What an object is for is said by the path; `kind` may say the same and nothing else.
 *
 * @throws StatusError 400
 */
export function specIn(text: string, kind: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): json parse error`);
  }
  const object = fieldsOf(value, "the body");
  if (object.kind !== undefined && object.kind !== kind) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): it is a ${String(object.kind)}`);
  }
  return fieldsOf(object.spec, "spec");
}

/** The text of a field, empty where there is none. @throws StatusError 400 */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value === "string") return value;
  throw badRequest(`${name} is no string`);
}

/** The texts of a field, none where there is none. @throws StatusError 400 */
export function textsOf(fields: Fields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw badRequest(`${name} is no list of strings`);
}

/** The whole number of a field, undefined where there is none. @throws StatusError 400 */
export function wholeNumberOf(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  throw badRequest(`${name} is no whole number`);
}

/** What somebody is asked about: of a resource or of a path. @throws StatusError 400, 422 */
export function attributesOf(spec: Fields, problems: readonly string[] = []): AccessAttributes {
  const found = [...problems];
  if ((spec.resourceAttributes == null) === (spec.nonResourceAttributes == null)) {
    const value = spec.resourceAttributes == null ? "null" : "{}";
    const rule = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    found.unshift(`spec.resourceAttributes: Invalid value: ${value}: ${rule}`);
  }
  if (found.length > 0) throw invalidReview(found);
  if (spec.nonResourceAttributes != null) {
    const fields = fieldsOf(spec.nonResourceAttributes, "spec.nonResourceAttributes");
    return { verb: textOf(fields, "verb"), path: textOf(fields, "path") };
  }
  const fields = fieldsOf(spec.resourceAttributes, "spec.resourceAttributes");
  const [namespace, verb, group, version, resource, subresource, name] = [
    "namespace",
    "verb",
    "group",
    "version",
    "resource",
    "subresource",
    "name",
  ].map((field) => textOf(fields, field));
  return { namespace, verb: verb ?? "", group, version, resource: resource ?? "", subresource, name };
}

/** What a review lacks that names nobody. */
export const NOBODY = 'spec.user: Invalid value: "": at least one of user or group must be specified';

function invalidReview(problems: readonly string[]): StatusError {
  const [only = ""] = problems;
  const message = problems.length === 1 ? only : `[${problems.join(", ")}]`;
  return new StatusError(422, "Invalid", `.authorization.k8s.io "" is invalid: ${message}`, {
    group: "authorization.k8s.io",
    causes: problems.map((problem) => {
      const colon = problem.indexOf(": ");
      return { reason: "FieldValueInvalid", message: problem.slice(colon + 2), field: problem.slice(0, colon) };
    }),
  });
}

function fieldsOf(value: unknown, what: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw badRequest(`${what} is no object`);
}
