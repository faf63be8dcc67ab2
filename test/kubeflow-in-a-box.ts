import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kubeflow, openKubeflow } from "@kfp-ts/kubeflow";
import {
  cachedAuthorizer,
  identityHeader,
  type RunningServer,
  startServer,
  tokenReviewAuthenticator,
} from "@kfp-ts/server";

/** A full Kubeflow with no Kubernetes, in this process, with a store in memory. */
export interface KubeflowInABox {
  readonly kubeflow: Kubeflow;
  readonly server: RunningServer;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function kubeflowInABox(
  options: {
    readonly rbacPaths?: readonly string[];
    /** What time tokens are made and reviewed at, in milliseconds since 1970. */
    readonly now?: () => number;
    /** Whether the header `kubeflow-userid` of anybody here is believed. */
    readonly trustIdentityHeader?: boolean;
  } = {},
): Promise<KubeflowInABox> {
  const { rbacPaths, now = Date.now, trustIdentityHeader = false } = options;
  const dataDirectory = mkdtempSync(join(tmpdir(), "kfp-ts-kubeflow-"));
  const kubeflow = await openKubeflow({ dataDirectory, rbacPaths, clock: { now } });
  const cache = { revision: kubeflow.revision };
  const byToken = tokenReviewAuthenticator({ review: kubeflow.reviewToken, cache });
  const server = await startServer({
    version: "test",
    port: 0,
    database: { kind: "memory" },
    multiUser: {
      authenticators: trustIdentityHeader
        ? [identityHeader({ trust: { by: "any local client" } }), byToken]
        : [byToken],
      authorizer: cachedAuthorizer(kubeflow.authorizer, cache),
    },
  });
  await kubeflow.start();
  return {
    kubeflow,
    server,
    async close() {
      await server.close({ graceMs: 0 });
      await kubeflow.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
