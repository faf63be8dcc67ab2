/**
 * The value of an environment variable that is the documented default of an option; undefined where it is empty or not
 * set, and in browsers, which have none.
 */
export function fromEnvironment(
  name: "KF_PIPELINES_ENDPOINT" | "KF_PIPELINES_DEFAULT_EXPERIMENT_NAME" | "KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME",
): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}
