/**
 * The lines with which each language connects.
 * @param {string} url
 */
export function waysToConnect(url) {
  return [
    `Kubeflow Pipelines API at ${url}`,
    "",
    `  TypeScript  const client = new Client({ host: "${url}" });  // import { Client } from "@kfp-ts/sdk"`,
    `  Python      client = kfp.Client(host="${url}")`,
    `  curl        curl ${url}/apis/v2beta1/experiments`,
    "  command     npx kfp-ts experiments list",
  ].join("\n");
}
