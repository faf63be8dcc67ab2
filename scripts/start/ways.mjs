import { builtSdk } from "./sdk.mjs";
import { table } from "./table.mjs";

/** The first profile of a Kubeflow, and its namespace. */
export const profile = "kubeflow-user-example-com";

/** Who may log in at a new box, as Kubeflow's own documentation has it. */
const page = { username: "user@example.com", password: "12341234" };

/**
 * Connects in all four ways of the page, with real requests, and says what came of it.
 * @param {import("./two-servers.mjs").TwoServers} servers
 * @returns {Promise<string>} a table with a row for each way to connect
 */
export async function ways({ standalone, kubeflow }) {
  const gateway = gatewayOf(kubeflow);
  const inside = await insideClient(kubeflow.url, tokenFile(kubeflow));
  const outside = await outsideClient(gateway);
  const pod = await podClient(standalone.url);
  try {
    return `${table([
      ["WAY TO CONNECT", "HOST", "AS", "EXPERIMENTS"],
      ["standalone, from outside", standalone.url, "nobody is asked", `${await experimentsOf(standalone.url)}`],
      ["standalone, from inside", pod.host ?? "", "nobody is asked", `${(await pod.experiments.list()).totalSize}`],
      ["full Kubeflow, from outside", gateway, ...(await whoMayList(outside))],
      ["full Kubeflow, from inside", inside.host ?? "", ...(await whoMayList(inside))],
    ])}

In the rows "from inside" this machine plays a pod: the client's \`lookup\` option resolves the name of the service to this
machine, and the token is a file such as a pod has. "From outside" logs in at the gateway with a name and a password.`;
  } finally {
    await Promise.all([inside, outside, pod].map((client) => client.close()));
  }
}

/**
 * Who a client is, and how many experiments it lists in the first profile.
 * @param {import("@kfp-ts/sdk").Client} client
 */
async function whoMayList(client) {
  const { identity, resources } = await client.whoAmI({ namespace: profile });
  const mayList = Object.values(resources).every(({ list }) => list === "allowed");
  if (!mayList) throw new Error(`${identity?.user} may not list everything in ${profile}.`);
  const { totalSize } = await client.experiments.list({ namespace: profile });
  return [identity?.user ?? "", `${totalSize} in ${profile}`];
}

/**
 * A client that logs in at the gateway, as from anywhere outside.
 * @param {string} gateway where the gateway serves the API
 */
export async function outsideClient(gateway) {
  const { Client, dexPassword } = await builtSdk();
  return new Client({ host: gateway, credentials: dexPassword({ ...page, connector: "local" }) });
}

/**
 * A client as it would be in a pod beside the server that stands alone.
 * @param {string} url of that server
 */
async function podClient(url) {
  const { Client } = await builtSdk();
  return new Client({
    host: `http://ml-pipeline-ui.kubeflow:${new URL(url).port}`,
    lookup: async () => [{ address: "127.0.0.1", family: 4 }],
  });
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

/**
 * Where the gateway of Kubeflow in a box serves the API, as it says itself.
 * @param {import("./serve.mjs").Server} kubeflow
 */
export function gatewayOf({ said }) {
  const url = /^ *gateway +(https?:\/\/\S+)/m.exec(said)?.[1];
  if (!url) throw new Error(`Kubeflow in a box does not say where its gateway is:\n${said}`);
  return url;
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
