import type { DiagnoseOptions } from "@kfp-ts/sdk";
import { UsageError } from "../command-error.ts";
import type { Session } from "../session.ts";
import { oneKubeContext } from "../tunnels/cluster-choice.ts";

/**
 * What is to be diagnosed: what every other command would use. Where nobody has said anything that can be used, the way
 * that `connect()` takes from there.
 *
 * @throws KfpError, UsageError for what was said and makes no sense.
 */
export async function whatToDiagnose(session: Session): Promise<DiagnoseOptions> {
  const { shared, origins } = session;
  try {
    const settings = await session.settings();
    const { endpoint, tunnel, namespace, caFile, insecureSkipVerify } = settings;
    const { credentials } = await session.asker();
    const common = {
      namespace: namespace?.value,
      credentials,
      ...(shared.timeout !== undefined && { timeoutMs: shared.timeout }),
      ...((caFile ?? insecureSkipVerify) !== undefined && {
        tls: { caFile: caFile?.value, insecureSkipVerify: insecureSkipVerify?.value },
      }),
    };
    if (endpoint !== undefined) return { ...common, host: endpoint.value };
    if (tunnel === undefined || tunnel.from.kind === "kubeconfig") return common;
    const { namespace: of, service } = tunnel.value;
    return {
      ...common,
      kubeContext: oneKubeContext(shared.kubeContext, tunnel.value),
      kubeconfig: shared.kubeconfig,
      service: service === undefined || of === undefined ? service : `${of}/${service}`,
    };
  } catch (error) {
    // Which server is meant is the very question, unless somebody has answered it wrongly.
    const isSaid = Object.values(origins).some((origin) => origin !== undefined && origin.kind === "option");
    if (!(error instanceof UsageError) || isSaid) throw error;
    return {};
  }
}
