import { rawServer } from "../../faults/raw-server.ts";
import { closedPort, localServer } from "../../helpers/local-server.ts";
import { at, healthy, type Scene, type SceneElsewhere, token } from "../scene.ts";

const noSuchHost = () =>
  Promise.reject(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND", syscall: "getaddrinfo" }));

/** Names, ports, certificates and proxies. */
export const connectionScenes: readonly Scene[] = [
  {
    number: 18,
    what: "nobody known has signed the certificate",
    symptom: "CERTIFICATE_VERIFY_FAILED; self-signed certificate",
    arrange: async () => ({
      host: (await localServer((_request, response) => healthy(response, false), "good")).origin,
    }),
    code: "TLS_UNTRUSTED",
    fix: /caFile[\s\S]*NODE_EXTRA_CA_CERTS/,
  },
  {
    number: 18,
    what: "the port speaks no TLS",
    symptom: "WRONG_VERSION_NUMBER",
    arrange: async () => {
      const { port } = await localServer((_request, response) => healthy(response, false));
      return { host: `https://127.0.0.1:${port}` };
    },
    code: "TLS_NOT_SPOKEN",
    fix: /http:\/\//,
  },
  {
    number: 23,
    what: "a port-forward is there, and its pod is gone",
    symptom: "lost connection to pod: each connection ends at once, without an answer",
    arrange: async () => {
      const { port } = await rawServer({ connected: (socket) => socket.end() });
      return { host: `http://127.0.0.1:${port}` };
    },
    code: "CONNECTION_LOST",
  },
  {
    number: 23,
    what: "the port-forward has ended",
    symptom: "connect ECONNREFUSED",
    arrange: async () => ({ host: `http://127.0.0.1:${await closedPort()}` }),
    code: "CONNECTION_REFUSED",
    fix: /port-forward/,
  },
  {
    number: 25,
    what: "a name of the cluster is used outside of it",
    symptom: "Name or service not known",
    arrange: async () => ({ host: "http://ml-pipeline.kubeflow:8888", lookup: noSuchHost, credentials: token() }),
    code: "HOST_NOT_FOUND",
    names: /ml-pipeline\.kubeflow/,
    fix: /port-forward|kubeContext/,
  },
  {
    number: 26,
    what: "the proxy does not answer",
    symptom: "connection refused, by the proxy and not by the endpoint",
    arrange: async () =>
      at((_request, response) => healthy(response, false), { proxy: `http://127.0.0.1:${await closedPort()}` }),
    code: "PROXY_FAILED",
    names: /proxy/,
    fix: /NO_PROXY=\.kubeflow,\.svc,\.cluster\.local/,
  },
];

/** These take a cluster. */
export const connectionScenesElsewhere: readonly SceneElsewhere[] = [
  {
    number: 23,
    what: "a tunnel of this client loses its pod, and finds no other",
    symptom: "lost connection to pod",
    code: "TUNNEL_FAILED",
    file: "test/cluster/tunnel.test.ts",
  },
  {
    number: 25,
    what: "Kubeflow Pipelines is in another namespace",
    symptom: 'services "ml-pipeline" not found',
    code: "SERVICE_NOT_FOUND",
    file: "packages/sdk/test/connect/cluster.test.ts",
  },
];
