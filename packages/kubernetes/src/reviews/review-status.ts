import { KubernetesError } from "../kubernetes-error.ts";

/**
 * What the cluster has found out: the status of a review. Without one there is no answer, which is not the same as a no.
 *
 * @param answer - Whatever came as an answer.
 * @throws KubernetesError
 */
export function reviewStatus<Status extends object>(kind: string, answer: unknown): Partial<Status> {
  const status: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "status") : undefined;
  if (typeof status === "object" && status !== null) return status;
  throw new KubernetesError(`The ${kind} was answered without a status. Is this a Kubernetes API?`, { status: 200 });
}
