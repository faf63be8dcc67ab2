import { profile } from "./ways.mjs";

/**
 * The lines with which each language connects.
 * @param {string} standalone the URL of the server that stands alone
 * @param {string} kubeflow the URL of Kubeflow in a box
 * @param {string} token the path of the token that it projects
 * @param {string} gateway where its gateway serves the API
 */
export function waysToConnect(standalone, kubeflow, token, gateway) {
  return [
    `Kubeflow Pipelines that stands alone: ${standalone}`,
    "",
    `  TypeScript  const client = new Client({ host: "${standalone}" });  // import { Client } from "@kfp-ts/sdk"`,
    `  Python      client = kfp.Client(host="${standalone}")`,
    `  curl        curl ${standalone}/apis/v2beta1/experiments`,
    "  command     npx kfp-ts experiments list",
    "",
    `Full Kubeflow in a box, from outside: ${gateway}  (user@example.com, password 12341234)`,
    "",
    `  TypeScript  const client = new Client({ host: "${gateway}", credentials: dexPassword({ username, password }) });`,
    `  browser     ${gateway}`,
    `  command     npx kfp-ts login ${gateway} --username user@example.com`,
    `              npx kfp-ts experiments list --namespace ${profile}`,
    "",
    `Full Kubeflow in a box, as from inside the cluster: ${kubeflow}`,
    "",
    `  export KF_PIPELINES_SA_TOKEN_PATH=${token}`,
    `  TypeScript  const client = new Client({ host: "${kubeflow}", credentials: new ServiceAccountTokenVolumeCredentials() });`,
    `  curl        curl -H "Authorization: Bearer $(cat $KF_PIPELINES_SA_TOKEN_PATH)" "${kubeflow}/apis/v2beta1/experiments?namespace=${profile}"`,
    `  command     npx kfp-ts whoami --endpoint ${kubeflow} --namespace ${profile}`,
  ].join("\n");
}
