import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { freePorts } from "../free-ports.mjs";
import { kwokConfiguration } from "./kwok-configuration.mjs";
import { startProgram } from "./process.mjs";

/**
 * A Kubernetes control plane on loopback: etcd, API server and controller manager, and kwok, which plays a node and its
 * pods. It is the real one; what is missing is a kubelet, so no container runs.
 * @typedef {object} ControlPlane
 * @property {string} kubeconfig the path of a kubeconfig of a cluster administrator, 0600
 * @property {string} kubectl the path of the command that fits
 * @property {number} forwardTo the port of loopback where `kubectl port-forward` to port 3000 of a pod arrives
 * @property {() => Promise<void>} stop
 */

/** Those that the tests need; a smaller control plane starts sooner. */
const controllers = [
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "root-ca-certificate-publisher-controller",
  "clusterrole-aggregation-controller",
  "namespace-controller",
  "endpointslice-controller",
  "replicaset-controller",
  "deployment-controller",
  "garbage-collector-controller",
];

/**
 * Starts a control plane. The promise is fulfilled once it answers and its default service accounts exist.
 * @param {{ programs: string, room: string }} options `programs`: the folder of clusterPrograms; `room`: a folder for
 *   its data, which is kept private and may hold those of an earlier start
 * @returns {Promise<ControlPlane>}
 */
export async function startControlPlane({ programs, room }) {
  mkdirSync(room, { recursive: true, mode: 0o700 });
  chmodSync(room, 0o700);
  const [etcdPort = 0, peerPort = 0, apiPort = 0, kubeletPort = 0, forwardTo = 0] = await freePorts(5);
  const token = randomBytes(24).toString("hex");
  const kubeconfig = join(room, "kubeconfig");
  keepPrivate(room, "tokens.csv", `${token},admin,admin,system:masters\n`);
  keepPrivate(room, "kwok.yaml", kwokConfiguration({ forwardTo }));
  makeSigningKey(room);
  makeClientAuthority(room);

  /** @type {import("./process.mjs").Running[]} */
  const running = [];
  const stop = async () => {
    for (const program of running.reverse()) await program.stop();
  };
  /**
   * @param {string} name
   * @param {string[]} args
   */
  const start = (name, args) => {
    running.push(startProgram(join(programs, name), args, { room, name }));
  };
  const failed = () => Promise.race(running.map((program) => program.failed));
  try {
    const etcd = `http://127.0.0.1:${etcdPort}`;
    start("etcd", etcdArgs(room, etcd, `http://127.0.0.1:${peerPort}`));
    start("kube-apiserver", apiServerArgs(room, etcd, apiPort));
    const server = `https://127.0.0.1:${apiPort}`;
    await Promise.race([ready(server, token), failed()]);
    keepPrivate(room, "kubeconfig", kubeconfigText(server, token, join(room, "apiserver", "apiserver.crt")));
    start("kube-controller-manager", controllerManagerArgs(room, kubeconfig));
    start("kwok", kwokArgs(room, kubeconfig, kubeletPort));
    const defaultAccount = "/api/v1/namespaces/default/serviceaccounts/default";
    await Promise.race([until(() => answers(`${server}${defaultAccount}`, token), "the controller manager"), failed()]);
    return { kubeconfig, kubectl: join(programs, "kubectl"), forwardTo, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {string} room
 * @param {string} name
 * @param {string} text
 */
function keepPrivate(room, name, text) {
  writeFileSync(join(room, name), text, { mode: 0o600 });
  chmodSync(join(room, name), 0o600);
}

/**
 * The key that service account tokens are signed with. It outlives a restart, as the tokens do.
 * @param {string} room
 */
function makeSigningKey(room) {
  if (existsSync(join(room, "sa.key"))) return;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keepPrivate(room, "sa.pub", publicKey.export({ type: "spki", format: "pem" }).toString());
  keepPrivate(room, "sa.key", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}

/**
 * The authority whose certificates the API server takes for those of users: `client-ca.crt` and `client-ca.key`. There is
 * none where openssl is missing.
 * @param {string} room
 */
function makeClientAuthority(room) {
  if (existsSync(join(room, "client-ca.crt"))) return;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "client-ca.key"];
  const certificate = ["-x509", "-out", "client-ca.crt", "-days", "30", "-subj", "/CN=users"];
  try {
    execFileSync("openssl", ["req", ...certificate, ...key], { cwd: room, stdio: "ignore" });
    chmodSync(join(room, "client-ca.key"), 0o600);
  } catch {
    // Only the test that shows a certificate needs it, and says so.
  }
}

/**
 * @param {string} room
 * @param {string} client
 * @param {string} peer
 */
const etcdArgs = (room, client, peer) => [
  `--data-dir=${join(room, "etcd")}`,
  `--listen-client-urls=${client}`,
  `--advertise-client-urls=${client}`,
  `--listen-peer-urls=${peer}`,
  `--initial-advertise-peer-urls=${peer}`,
  `--initial-cluster=default=${peer}`,
  "--unsafe-no-fsync",
];

/**
 * @param {string} room
 * @param {string} etcd
 * @param {number} port
 */
const apiServerArgs = (room, etcd, port) => [
  `--etcd-servers=${etcd}`,
  `--cert-dir=${join(room, "apiserver")}`,
  `--secure-port=${port}`,
  "--bind-address=127.0.0.1",
  "--advertise-address=127.0.0.1",
  "--service-account-issuer=https://kubernetes.default.svc",
  `--service-account-key-file=${join(room, "sa.pub")}`,
  `--service-account-signing-key-file=${join(room, "sa.key")}`,
  "--service-cluster-ip-range=10.0.0.0/24",
  "--authorization-mode=RBAC,Node",
  `--token-auth-file=${join(room, "tokens.csv")}`,
  ...(existsSync(join(room, "client-ca.crt")) ? [`--client-ca-file=${join(room, "client-ca.crt")}`] : []),
  "--kubelet-preferred-address-types=InternalIP",
  "--event-ttl=10m",
];

/**
 * @param {string} room
 * @param {string} kubeconfig
 */
const controllerManagerArgs = (room, kubeconfig) => [
  `--kubeconfig=${kubeconfig}`,
  `--service-account-private-key-file=${join(room, "sa.key")}`,
  `--root-ca-file=${join(room, "apiserver", "apiserver.crt")}`,
  "--use-service-account-credentials=false",
  "--leader-elect=false",
  "--secure-port=0",
  "--authentication-skip-lookup=true",
  `--controllers=${controllers.join(",")}`,
];

/**
 * @param {string} room
 * @param {string} kubeconfig
 * @param {number} port
 */
const kwokArgs = (room, kubeconfig, port) => [
  `--kubeconfig=${kubeconfig}`,
  `--config=${join(room, "kwok.yaml")}`,
  "--manage-all-nodes=true",
  "--node-ip=127.0.0.1",
  `--node-port=${port}`,
  `--server-address=127.0.0.1:${port}`,
];

/**
 * @param {string} server
 * @param {string} token
 * @param {string} authority
 */
function kubeconfigText(server, token, authority) {
  const name = "kfp-ts-test";
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [
        { name, cluster: { server, "certificate-authority-data": readFileSync(authority).toString("base64") } },
      ],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
    },
    undefined,
    2,
  );
}

/**
 * @param {string} server
 * @param {string} token
 */
async function ready(server, token) {
  await until(() => answers(`${server}/readyz`, token), "the API server");
}

/**
 * @param {() => Promise<boolean>} condition
 * @param {string} what
 */
async function until(condition, what) {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} was not ready after 60 s`);
}

/**
 * @param {string} url
 * @param {string} token
 * @returns {Promise<boolean>}
 */
function answers(url, token) {
  return new Promise((resolve) => {
    // Its certificate signs itself and is not there yet when this begins; nothing secret of anybody is at stake.
    get(url, { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
