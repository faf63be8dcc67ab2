import { type ErrorEntry, entry } from "./error-entry.ts";

/**
 * Every error code of the SDK with its meaning and its remedy. `docs/errors.md` has the same in prose; a test compares
 * the two.
 *
 * @example
 * import { errorCatalogue } from "@kfp-ts/sdk";
 *
 * console.log(errorCatalogue.CONNECTION_REFUSED.remedy);
 */
export const errorCatalogue = {
  NO_ENDPOINT: entry(
    "setup",
    "No endpoint",
    "No host was given, the environment variable KF_PIPELINES_ENDPOINT is not set, and none was found: outside a cluster nothing is looked for, and in a pod no Kubeflow Pipelines answered.",
    'Pass a host, as in new Client({ host: "http://localhost:3000" }), or set KF_PIPELINES_ENDPOINT.',
  ),
  BAD_ENDPOINT: entry(
    "setup",
    "The endpoint is no usable URL",
    "The host cannot be read as an http or https URL, or it carries a query or a fragment.",
    "Give scheme, host and, where there is one, the path in front of /apis: https://kubeflow.example.com/pipeline.",
  ),
  SECRET_IN_URL: entry(
    "setup",
    "The endpoint carries a user name or a password",
    "URLs end up in logs, process lists and error messages, so a secret in one does not stay secret.",
    "Take the part before the @ out of the URL and pass credentials instead.",
  ),
  BAD_OPTION: entry(
    "setup",
    "An option is wrong",
    "An option of the client has a value that cannot work, or two options exclude each other.",
    "Correct the option that the message names.",
  ),
  BAD_ARGUMENT: entry(
    "setup",
    "An argument is wrong",
    "A call was given a value that can never be right. Nothing was sent.",
    "Correct the argument that the message names.",
  ),
  NOT_SUPPORTED_HERE: entry(
    "setup",
    "Not supported in this environment",
    "The call needs something that this environment does not have, such as a file system in a browser.",
    "Use the alternative that the message names.",
  ),
  FILE_UNREADABLE: entry(
    "setup",
    "A file cannot be read",
    "A file that the call needs is missing, is not readable, or changed while it was read.",
    "Check the path and its permissions.",
  ),
  BAD_PACKAGE: entry(
    "setup",
    "Not a compiled pipeline",
    "The package is neither a compiled pipeline as YAML or JSON nor an archive (.zip, .tar.gz, .tgz) that contains one.",
    "Compile the pipeline again and pass the file that the compiler wrote.",
  ),
  CREDENTIALS_FAILED: entry(
    "access",
    "The credentials gave nothing",
    "The credentials could not tell which headers to send. Nothing was sent.",
    "See the cause of the error.",
  ),
  CREDENTIALS_COMMAND_FAILED: entry(
    "access",
    "The program gave no credentials",
    "A program that is to print a token or a password cannot be started, failed, took too long, or printed something else. Nothing was sent.",
    "Run the program by hand and see what it says; it may want a login of its own.",
  ),
  BROWSER_LOGIN_FAILED: entry(
    "access",
    "The login in the browser did not succeed",
    "The login was refused, given up or not finished in time; or the identity provider could not be asked, or answered with something that cannot be trusted.",
    "Try again, and see what the page in the browser says.",
  ),
  TOKEN_FILE_MISSING: entry(
    "access",
    "The file of the token is not there",
    "The file with the service account's token does not exist: nothing was mounted there, or the path is wrong. Nothing was sent.",
    "Mount the token as the error says, or correct the path.",
  ),
  TOKEN_FILE_UNREADABLE: entry(
    "access",
    "The file of the token cannot be read",
    "There is something at the path of the token, and it is no file or may not be read. Nothing was sent.",
    "Correct the path, or the permissions of the file.",
  ),
  TOKEN_FILE_INVALID: entry(
    "access",
    "The file of the token holds none",
    "The file is empty, or holds something else than one token. Nothing was sent.",
    "Look at who writes the file; Kubernetes does where the token is mounted as the error says.",
  ),
  TOKEN_REQUEST_FAILED: entry(
    "access",
    "Kubernetes gave no token",
    "The Kubernetes API was asked to make a token for a service account, and refused or did not answer. Nothing was sent.",
    "Look at the cause: it takes the right to create serviceaccounts/token, and the service account has to exist.",
  ),
  CONNECTION_REFUSED: entry(
    "connection",
    "Nothing listens there",
    "The machine is there, but no program accepts connections on that port.",
    "Start the server or the port-forward, or correct the port.",
    true,
  ),
  HOST_NOT_FOUND: entry(
    "connection",
    "The host name does not exist",
    "Name resolution knows no address for the host. Names such as ml-pipeline-ui.kubeflow exist only inside a cluster.",
    "Correct the name, or from outside the cluster: kubectl port-forward --namespace kubeflow svc/ml-pipeline-ui 3000:80",
    true,
  ),
  NAME_LOOKUP_FAILED: entry(
    "connection",
    "Name resolution did not answer",
    "The name server could not be asked. Whether the host exists is not known.",
    "Check the network and the name server, and try again.",
    true,
  ),
  HOST_UNREACHABLE: entry(
    "connection",
    "No way to the host",
    "The network has no route to the host.",
    "Check the network or the VPN.",
    true,
  ),
  CONNECT_TIMEOUT: entry(
    "connection",
    "No connection in time",
    "The host did not accept the connection in time. Inside a cluster a NetworkPolicy often is the reason.",
    "Check address and firewall; in a cluster, run in a profile namespace or go through the gateway.",
    true,
  ),
  CONNECTION_LOST: entry(
    "connection",
    "The connection broke",
    "The connection ended before the answer was complete. Whether the request had an effect is not known.",
    "Try again; after a request that creates something, look for it first. Where every attempt ends so: check http or https.",
    true,
  ),
  TLS_UNTRUSTED: entry(
    "connection",
    "The server's certificate is not trusted",
    "No trusted authority has signed the certificate: it is self-signed, or comes from a private authority.",
    'Pass the authority: new Client({ host, tls: { caFile: "ca.pem" } }), or set NODE_EXTRA_CA_CERTS.',
  ),
  TLS_EXPIRED: entry(
    "connection",
    "The server's certificate is not valid now",
    "The certificate has expired, or is not valid yet.",
    "Have the certificate renewed; check the clock of this machine.",
  ),
  TLS_WRONG_HOST: entry(
    "connection",
    "The server's certificate is for another host",
    "The name in the endpoint is not among the names in the certificate.",
    "Use a name that the certificate is for.",
  ),
  TLS_NOT_SPOKEN: entry(
    "connection",
    "The port does not speak TLS",
    "The endpoint says https and the server answers in plain HTTP.",
    "Use http:// in the endpoint, or the port that serves https.",
  ),
  TLS_EXPECTED: entry(
    "connection",
    "The port speaks TLS only",
    "The endpoint says http and the server expects https.",
    "Use https:// in the endpoint.",
  ),
  TLS_FAILED: entry(
    "connection",
    "TLS could not be agreed on",
    "Client and server found no common TLS version or cipher, or the server wants a client certificate.",
    "See the cause of the error.",
  ),
  NOT_HTTP: entry(
    "connection",
    "The answer is not HTTP",
    "Something answers on that port, in another protocol.",
    "Check the port.",
  ),
  CONNECTION_FAILED: entry(
    "connection",
    "The request could not be sent",
    "No connection came about, and the environment does not say why. Browsers hide the reason from web pages.",
    "See the cause of the error; in a browser, its network panel, and whether the server allows this page's origin.",
    true,
  ),
  LOGIN_REQUIRED: entry(
    "access",
    "A login page stands in front of the API",
    "The answer is a login page or leads to one. It was not followed: it is no answer of the API.",
    "Pass credentials that the deployment accepts: dexPassword or browserLogin in a program; with the command, kfp-ts login.",
  ),
  LOGIN_REFUSED: entry(
    "access",
    "The login was refused",
    "The login page was shown again after the name and the password had been sent: one of them is probably wrong, or they belong to another connector.",
    "Check the name, the password and the connector. It was not tried a second time, so that no account is locked.",
  ),
  LOGIN_PAUSED: entry(
    "access",
    "The login was refused before",
    "The same name and password were refused a short time ago. They are not sent again and again, because directories lock accounts after a few tries. Nothing was sent.",
    "Correct the name or the password: new credentials try at once, and so does a function that gives another password, unless several of those were refused, too.",
  ),
  LOGIN_CONNECTOR_UNKNOWN: entry(
    "access",
    "There is no such way to log in",
    "The login page does not offer the connector that was asked for. No password was sent.",
    "Name one of the connectors that the message lists.",
  ),
  LOGIN_LEADS_ELSEWHERE: entry(
    "access",
    "The login leads to another server",
    "The login goes on at an origin that is neither that of the endpoint nor one of loginOrigins. Neither the password nor a cookie was sent there.",
    "If that server is to see the password, name its origin in loginOrigins.",
  ),
  LOGIN_NOT_SECURE: entry(
    "access",
    "The password would go over an open connection",
    "The login page is neither served over https nor by this machine, so everybody on the way could read the password. It was not sent.",
    "Use an https endpoint, or reach the gateway through kubectl port-forward.",
  ),
  LOGIN_COOKIE_LOST: entry(
    "access",
    "A cookie of the login was lost",
    "The name and the password were accepted, but the gateway misses a cookie that it had set.",
    "Use the scheme and the host name under which the gateway expects to be reached: cookies marked Secure are sent over https and to this machine only, and each host name has cookies of its own.",
  ),
  LOGIN_PAGE_UNKNOWN: entry(
    "access",
    "The login page is of an unknown kind",
    "The login came to a page that has no form for a name and a password, or one that cannot be filled in. Nothing was sent there.",
    "Use browserLogin, a token (bearerToken, command), or the cookies of a browser.",
  ),
  LOGIN_UNAVAILABLE: entry(
    "server",
    "Nobody can log in at the moment",
    "The identity provider, what it asks (such as LDAP), or the service that guards the gateway is not available or asks to wait.",
    "Try again later; look whether the pods of the identity provider and of the gateway's auth service are ready.",
    true,
  ),
  LOGIN_FAILED: entry(
    "access",
    "The login failed",
    "The login did not come to its end, for the reason that the message tells.",
    "Do the same steps in a browser, and see where they end.",
  ),
  REDIRECTED: entry(
    "answer",
    "The endpoint leads somewhere else",
    "The answer is a redirection. It was not followed: an API call goes to the endpoint that was given or nowhere.",
    "Use the address that the message names as the endpoint, if you trust it.",
  ),
  NOT_THE_API: entry(
    "answer",
    "Something else than the Pipelines API answers",
    "The answer is a web page, plain text or other JSON. Often the path is wrong: full Kubeflow serves the API below /pipeline.",
    "Check host and path: the endpoint is what stands before /apis/v2beta1.",
  ),
  BAD_ANSWER: entry(
    "answer",
    "The answer cannot be used",
    "The answer is broken, contradicts itself, or is larger than anything that the API sends.",
    "Look at what stands between client and server; report it with the request id if it is the server itself.",
  ),
  UNSUPPORTED_BY_SERVER: entry(
    "answer",
    "The server does not know this operation",
    "The server has no such path or method. Servers before 2.0 have no v2beta1.",
    "Compare the server's version (client.healthz.get()) with what the operation needs.",
  ),
  HOST_NOT_ALLOWED: entry(
    "answer",
    "The server does not answer to this name",
    "The server refuses requests whose Host it does not know, so that no foreign name can be pointed at it.",
    "Use localhost, or start the server with --allowed-host NAME.",
  ),
  UNAUTHENTICATED: entry(
    "access",
    "Who is asking is not known",
    "The request carried no identity that the server accepts.",
    "Pass credentials; if there are some, they are expired or meant for another server.",
  ),
  NO_IDENTITY: entry(
    "access",
    "The multi-user API got no identity",
    "A multi-user deployment was reached past its gateway and without a token.",
    "Go through the gateway (kubectl port-forward --namespace istio-system svc/istio-ingressgateway 8080:80), or send a token with the audience pipelines.kubeflow.org.",
  ),
  TOKEN_EXPIRED: entry(
    "access",
    "The token has ended",
    "Tokens are valid for a time, and that of this one is over.",
    "Use a fresh token: kubectl create token default-editor --namespace NAMESPACE --audience=pipelines.kubeflow.org",
  ),
  TOKEN_WRONG_AUDIENCE: entry(
    "access",
    "The token is for somebody else",
    "A token says for whom it is meant, and this one is not for Kubeflow Pipelines. The usual token of a pod is for Kubernetes itself.",
    "Use a token with the audience pipelines.kubeflow.org: kubectl create token default-editor --namespace NAMESPACE --audience=pipelines.kubeflow.org",
  ),
  TOKEN_ISSUER_UNKNOWN: entry(
    "access",
    "The gateway does not know who issued the token",
    "The gateway accepts tokens of other issuers only (Jwt issuer is not configured). Kubeflow's gateway accepts none of Kubernetes by default.",
    "Within the cluster go to http://ml-pipeline-ui.kubeflow directly; through the gateway, log in, or have an administrator configure the issuer of the token (RequestAuthentication).",
  ),
  TOKEN_KEYS_UNKNOWN: entry(
    "access",
    "The gateway lacks the key of the token",
    "The gateway knows the issuer and has no key for this token (Jwks doesn't have key): it cannot fetch the cluster's keys, or has old ones.",
    "Within the cluster go to http://ml-pipeline-ui.kubeflow directly; an administrator has to let the gateway fetch the keys of the token's issuer.",
  ),
  TOKEN_REFUSED: entry(
    "access",
    "The token is not accepted",
    "The token was looked at and refused for another reason than its time or its audience: its issuer or its service account is not known, or it is damaged.",
    "Use a fresh token: kubectl create token default-editor --namespace NAMESPACE --audience=pipelines.kubeflow.org",
  ),
  SESSION_ENDED: entry(
    "access",
    "The session ended in the middle of a stream",
    "The gateway asked for a new login while a stream was sent. The login was made, but a stream can be read only once.",
    "Call again with a new stream, or upload a path or bytes: those are sent again without that.",
  ),
  MESH_DENIED: entry(
    "access",
    "The service mesh refuses the request",
    "Istio's authorization policy refused the request before the API saw it (RBAC: access denied).",
    "Send a token with the audience pipelines.kubeflow.org, and no identity header of your own.",
  ),
  PERMISSION_DENIED: entry(
    "access",
    "Not allowed",
    "The server knows who asks, and Kubernetes RBAC does not allow this.",
    "Use a namespace of your own, or have somebody bind the role kubeflow-edit to you there.",
  ),
  NAMESPACE_REQUIRED: entry(
    "request",
    "A namespace is needed",
    "On a multi-user deployment this call needs a namespace.",
    'Pass a namespace, for all calls as in new Client({ host, namespace: "team-a" }) or for this one.',
  ),
  INVALID_REQUEST: entry(
    "request",
    "The API refused the request as invalid",
    "The server says what is wrong in the message.",
    "Correct what the message names.",
  ),
  NOT_FOUND: entry(
    "request",
    "Not found",
    "There is nothing with this id or name, or not in this namespace.",
    "Check id, name and namespace; list what there is.",
  ),
  AMBIGUOUS_NAME: entry(
    "request",
    "Several have this name",
    "The name does not say which one is meant.",
    "Use the id, or say the namespace.",
  ),
  ALREADY_EXISTS: entry("request", "The name is taken", "Names are compared without case.", "Use another name."),
  CONFLICT: entry(
    "request",
    "Not possible in this state",
    "The server refused because of the state in which the thing is, or because of another request.",
    "Look at its state and decide again.",
  ),
  TOO_LARGE: entry(
    "request",
    "Too large",
    "The server, or a proxy before it, refuses a request of this size.",
    "Send less: a compiled pipeline may have 32 MiB.",
  ),
  RATE_LIMITED: entry("server", "Too many requests", "The server asks to slow down.", "Wait and try again.", true),
  SERVER_ERROR: entry(
    "server",
    "The server failed",
    "An error within the server.",
    "Look into the server's log; the request id finds the line.",
  ),
  SERVER_UNAVAILABLE: entry(
    "server",
    "The server is not available",
    "The API, or what it needs, is not up at the moment; or a proxy before it cannot reach it.",
    "Try again later; look whether the pods of the deployment are ready.",
    true,
  ),
  UPSTREAM_FAILED: entry(
    "server",
    "The mesh cannot reach the API",
    "A proxy of the service mesh got no connection to the API (upstream connect error): no pod is ready, or one side has a sidecar and the other has none.",
    "Look whether the pods of the deployment are ready. Where they are, have both sides in the mesh (a sidecar in your pod, and in those of the deployment), or go through the gateway.",
    true,
  ),
  GATEWAY_TIMEOUT: entry(
    "server",
    "The gateway gave up waiting",
    "A proxy before the API got no answer in its time. The request may have had its effect all the same.",
    "Try again; after a request that creates something, look for it first.",
    true,
  ),
  TIMEOUT: entry(
    "time",
    "No answer in time",
    "One attempt took longer than timeoutMs.",
    "Raise timeoutMs, or find out why the server is slow.",
    true,
  ),
  TOTAL_TIMEOUT: entry(
    "time",
    "The call took too long",
    "All attempts of one call together took longer than totalTimeoutMs.",
    "Raise totalTimeoutMs, or find out why the server is slow.",
    true,
  ),
  WAIT_TIMEOUT: entry(
    "time",
    "The run has not ended in time",
    "The run was still under way when the time for waiting was over. It goes on.",
    "Wait again, longer; or terminate the run.",
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/**
 * The stable code of an error.
 *
 * @example
 * import type { ErrorCode } from "@kfp-ts/sdk";
 *
 * const harmless: readonly ErrorCode[] = ["NOT_FOUND", "ALREADY_EXISTS"];
 * console.log(harmless.length);
 */
export type ErrorCode = keyof typeof errorCatalogue;
