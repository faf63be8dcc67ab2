import { ConnectError } from "./connect-error.ts";
import type { ConnectStep } from "./connect-step.ts";

/** The error where nothing was found: with everything that was looked at, and what starts a server here. */
export function noEndpoint(steps: readonly ConnectStep[], isNode: boolean): ConnectError {
  if (!isNode) {
    return new ConnectError(
      "NO_ENDPOINT",
      {
        message: "No host was passed, and there is nothing else to look at here.",
        fix: 'Pass the host: connect({ host: "https://kubeflow.example.com/pipeline" })',
      },
      steps,
    );
  }
  const trail = steps.map(({ source, fact }) => `  ${source}: ${fact}`).join("\n");
  return new ConnectError(
    "NO_ENDPOINT",
    {
      message: `No Kubeflow Pipelines was found. Looked at were:\n${trail}`,
      fix:
        "Start one on this machine: npx @kfp-ts/cli serve (kfp-ts serve, where the command is installed). " +
        'Or say where one is: connect({ host: "https://kubeflow.example.com/pipeline" }), or the environment variable KF_PIPELINES_ENDPOINT.',
    },
    steps,
  );
}
