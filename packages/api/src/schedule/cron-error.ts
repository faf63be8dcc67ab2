/**
 * A text is not a cron expression of Kubeflow Pipelines. The message is the one of robfig/cron v1, which the real
 * server puts behind its own sentence.
 */
export class CronError extends Error {
  override readonly name = "CronError";
}
