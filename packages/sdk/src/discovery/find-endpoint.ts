import type { Clock } from "../clock.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { Probed } from "./probe.ts";

/** How to find out which of several addresses it is. */
export interface Search {
  /** The best first. */
  readonly candidates: readonly string[];
  /** Asks one of them; never rejects. */
  readonly probe: (host: string, signal: AbortSignal) => Promise<Probed>;
  readonly clock: Clock;
}

/**
 * How long a better address is waited for once another one has answered, in milliseconds. Where a NetworkPolicy drops
 * what is sent to one of two services, nothing says so: the time just passes.
 */
const GRACE_MS = 500;

/**
 * Asks all addresses at once, and gives the best that answers: one where the API answers before one where something
 * wants to know who is asking, and of those the one that stands first.
 *
 * @throws KfpError NO_ENDPOINT that says of each address what happened.
 */
export async function findEndpoint({ candidates, probe, clock }: Search): Promise<string> {
  const stop = new AbortController();
  const results: (Probed | undefined)[] = candidates.map(() => undefined);
  try {
    return await new Promise<string>((resolve, reject) => {
      const choose = (found: "api" | "guard"): boolean => {
        const best = candidates[results.findIndex((result) => result?.found === found)];
        if (best !== undefined) resolve(best);
        return best !== undefined;
      };
      const settled = (): void => {
        const first = results.findIndex((result) => result?.found === "api");
        const isOver = results.every((result) => result !== undefined);
        if (first >= 0 && results.slice(0, first).every((result) => result !== undefined)) choose("api");
        else if (isOver && !choose("guard")) reject(nothingFound(candidates, results));
        else if (first >= 0)
          clock.sleep(GRACE_MS, stop.signal).then(
            () => choose("api"),
            () => undefined,
          );
      };
      candidates.forEach((host, index) => {
        probe(host, stop.signal).then((result) => {
          results[index] = result;
          settled();
        }, reject);
      });
    });
  } finally {
    stop.abort();
  }
}

function nothingFound(candidates: readonly string[], results: readonly (Probed | undefined)[]): KfpError {
  const reasons = results.flatMap((result) => (result?.found === "nothing" ? [result] : []));
  const list = reasons.map(({ why }) => `  ${why}`).join("\n");
  const tried = candidates.length === 1 ? "it was" : "these were";
  const blocked = reasons.some(({ code }) => code === "CONNECT_TIMEOUT");
  return new KfpError("NO_ENDPOINT", {
    message: `No host was given, KF_PIPELINES_ENDPOINT is not set, and no Kubeflow Pipelines was found in this cluster; ${tried} asked:\n${list}`,
    fix:
      (blocked
        ? "An address that does not answer in time is often kept away by a NetworkPolicy: run in a namespace of a Kubeflow profile, or have an administrator run: kubectl label namespace YOUR-NAMESPACE app.kubernetes.io/part-of=kubeflow-profile. "
        : "") +
      "Where Kubeflow Pipelines is deployed in another namespace, say it: the environment variable KF_PIPELINES_NAMESPACE, or the option pipelinesNamespace. " +
      "Anywhere else, pass its host or set KF_PIPELINES_ENDPOINT.",
  });
}
