import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("connection");

/** No answer came. */
export const connectionErrors = {
  CONNECTION_REFUSED: entry(
    "Nothing listens there",
    "The machine is there, but no program accepts connections on that port.",
    "Start the server or the port-forward, or correct the port.",
    true,
  ),
  HOST_NOT_FOUND: entry(
    "The host name does not exist",
    "Name resolution knows no address for the host. Names such as ml-pipeline-ui.kubeflow exist only inside a cluster.",
    "Correct the name, or from outside the cluster: kubectl port-forward --namespace kubeflow svc/ml-pipeline-ui 3000:80",
    true,
  ),
  NAME_LOOKUP_FAILED: entry(
    "Name resolution did not answer",
    "The name server could not be asked. Whether the host exists is not known.",
    "Check the network and the name server, and try again.",
    true,
  ),
  HOST_UNREACHABLE: entry(
    "No way to the host",
    "The network has no route to the host.",
    "Check the network or the VPN.",
    true,
  ),
  CONNECT_TIMEOUT: entry(
    "No connection in time",
    "The host did not accept the connection in time. Inside a cluster a NetworkPolicy often is the reason.",
    "Check address and firewall; in a cluster, run in a profile namespace or go through the gateway.",
    true,
  ),
  CONNECTION_LOST: entry(
    "The connection broke",
    "The connection ended before the answer was complete. Whether the request had an effect is not known.",
    "Try again; after a request that creates something, look for it first. Where every attempt ends so: check http or https.",
    true,
  ),
  TLS_UNTRUSTED: entry(
    "The server's certificate is not trusted",
    "No trusted authority has signed the certificate: it is self-signed, or comes from a private authority.",
    'Pass the authority: new Client({ host, tls: { caFile: "ca.pem" } }), or set NODE_EXTRA_CA_CERTS.',
  ),
  TLS_EXPIRED: entry(
    "The server's certificate is not valid now",
    "The certificate has expired, or is not valid yet.",
    "Have the certificate renewed; check the clock of this machine.",
  ),
  TLS_WRONG_HOST: entry(
    "The server's certificate is for another host",
    "The name in the endpoint is not among the names in the certificate.",
    "Use a name that the certificate is for.",
  ),
  TLS_NOT_SPOKEN: entry(
    "The port does not speak TLS",
    "The endpoint says https and the server answers in plain HTTP.",
    "Use http:// in the endpoint, or the port that serves https.",
  ),
  TLS_EXPECTED: entry(
    "The port speaks TLS only",
    "The endpoint says http and the server expects https.",
    "Use https:// in the endpoint.",
  ),
  TLS_FAILED: entry(
    "TLS could not be agreed on",
    "Client and server found no common TLS version or cipher, or the server wants a client certificate.",
    "See the cause of the error.",
  ),
  NOT_HTTP: entry("The answer is not HTTP", "Something answers on that port, in another protocol.", "Check the port."),
  PROXY_FAILED: entry(
    "The proxy lets nothing through",
    "The connection goes through an HTTP proxy, and that cannot be reached or refuses.",
    "Correct the proxy, or go around it: NO_PROXY=.kubeflow,.svc,.cluster.local for names within a cluster.",
    true,
  ),
  CLUSTER_UNREACHABLE: entry(
    "The Kubernetes cluster does not answer",
    "The Kubernetes API that the kubeconfig names cannot be reached.",
    "Check the network or the VPN, and that kubectl get namespaces works.",
    true,
  ),
  SERVICE_NOT_FOUND: entry(
    "The service does not exist in the cluster",
    "The cluster answers, and there is no such service where it was looked for.",
    "Find it: kubectl get services --all-namespaces | grep ml-pipeline. Then name its namespace.",
  ),
  TUNNEL_FAILED: entry(
    "The tunnel reaches no pod",
    "The service has no pod that is ready, or the way to it broke and no other pod was found in time.",
    "Look at the pods of the service: kubectl get pods --namespace NAMESPACE. Then try again.",
    true,
  ),
  CONNECTION_FAILED: entry(
    "The request could not be sent",
    "No connection came about, and the environment does not say why. Browsers hide the reason from web pages.",
    "See the cause of the error; in a browser, its network panel, and whether the server allows this page's origin.",
    true,
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
