import type { Style } from "../output/style.ts";

/** What is told when the server is ready. */
export interface BannerFacts {
  readonly url: string;
  readonly version: string;
  /** Where the data is, for people. */
  readonly data: string;
}

/** What is told when the server is ready: where it is, where its data is, and how to connect. */
export function banner({ url, version, data }: BannerFacts, style: Style): string {
  const host = JSON.stringify(url);
  return `${style.bold(`Kubeflow Pipelines API (kfp-ts ${version}) on ${url}`)}
  data        ${data}
  TypeScript  import { Client } from "@kfp-ts/sdk";
              const kfp = new Client({ host: ${host} });
  Python      import kfp
              client = kfp.Client(host=${host})
  curl        curl ${url}/apis/v2beta1/experiments
  here        kfp-ts experiments list
${style.dim("Ctrl-C stops it.")}
`;
}
