import { builtSdk } from "./sdk.mjs";
import { table } from "./table.mjs";

/** The first profile of a Kubeflow, and its namespace. */
export const profile = "kubeflow-user-example-com";

/**
 * Connects to both servers as the page has it, with real requests, and says what came of it.
 * @param {import("./two-servers.mjs").TwoServers} servers
 * @returns {Promise<string>} a table with a row for each way to connect
 */
export async function ways({ standalone, kubeflow }) {
  const token = tokenFile(kubeflow);
  const client = await insideClient(kubeflow.url, token);
  try {
    const { identity, resources } = await client.whoAmI({ namespace: profile });
    const mayList = Object.values(resources).every(({ list }) => list === "allowed");
    if (!mayList) throw new Error(`${identity?.user} may not list everything in ${profile}.`);
    const { totalSize } = await client.experiments.list({ namespace: profile });
    return `${table([
      ["WAY TO CONNECT", "HOST", "AS", "EXPERIMENTS"],
      ["standalone, from outside", standalone.url, "nobody is asked", `${await experimentsOf(standalone.url)}`],
      ["full Kubeflow, from inside", client.host ?? "", identity?.user ?? "", `${totalSize} in ${profile}`],
    ])}

In the second row this machine plays a pod: the token is a file such as a pod has, and the client's \`lookup\` option
resolves the service's name to this machine.`;
  } finally {
    await client.close();
  }
}

/**
 * A client as it would be in a pod of the first profile: the service's name, and the projected token.
 * @param {string} url of Kubeflow in a box
 * @param {string} path of the token
 */
export async function insideClient(url, path) {
  const { Client, ServiceAccountTokenVolumeCredentials } = await builtSdk();
  return new Client({
    host: `http://ml-pipeline-ui.kubeflow:${new URL(url).port}`,
    credentials: new ServiceAccountTokenVolumeCredentials({ path }),
    lookup: async () => [{ address: "127.0.0.1", family: 4 }],
  });
}

/**
 * Where the token is that Kubeflow in a box projects for its first profile, as it says itself.
 * @param {import("./serve.mjs").Server} kubeflow
 */
export function tokenFile({ said }) {
  const path = /^ *token +(\/.*\/token)\b/m.exec(said)?.[1];
  if (!path) throw new Error(`Kubeflow in a box does not say where its token is:\n${said}`);
  return path;
}

/** @param {string} host */
async function experimentsOf(host) {
  const { Client } = await builtSdk();
  const client = new Client({ host });
  try {
    return (await client.experiments.list()).totalSize;
  } finally {
    await client.close();
  }
}
