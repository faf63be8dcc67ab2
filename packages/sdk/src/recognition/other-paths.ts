import type { Endpoint } from "../endpoint.ts";

/**
 * Where else on the same server the API may be, the likeliest first. Full Kubeflow has it below `/pipeline`; its dashboard
 * shows the same pages below `/_/pipeline`, and that is what people copy. ml-pipeline has it at the root.
 */
export function otherPaths({ origin, basePath }: Endpoint): readonly Endpoint[] {
  return ["/pipeline", ""]
    .filter((path) => path !== basePath)
    .map((path) => ({ origin, basePath: path, url: origin + path }));
}

/** Whether an endpoint is a page of the dashboard, behind which lies something that may be read and not changed. */
export function isInDashboard({ basePath }: Endpoint): boolean {
  return /^\/_(\/|$)/.test(basePath);
}
