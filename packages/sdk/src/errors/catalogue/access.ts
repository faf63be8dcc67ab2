import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("access");

/** The caller is not known, or may not do this. */
export const accessErrors = {
  CREDENTIALS_FAILED: entry(
    "The credentials gave nothing",
    "The credentials could not tell which headers to send. Nothing was sent.",
    "See the cause of the error.",
  ),
  CREDENTIALS_COMMAND_FAILED: entry(
    "The program gave no credentials",
    "A program that is to print a token or a password cannot be started, failed, took too long, or printed something else. Nothing was sent.",
    "Run the program by hand and see what it says; it may want a login of its own.",
  ),
  BROWSER_LOGIN_FAILED: entry(
    "The login in the browser did not succeed",
    "The login was refused, given up or not finished in time; or the identity provider could not be asked, or answered with something that cannot be trusted.",
    "Try again, and see what the page in the browser says.",
  ),
  TOKEN_FILE_MISSING: entry(
    "The file of the token is not there",
    "The file with the service account's token does not exist: nothing was mounted there, or the path is wrong. Nothing was sent.",
    "Mount the token as the error says, or correct the path.",
  ),
  TOKEN_FILE_UNREADABLE: entry(
    "The file of the token cannot be read",
    "There is something at the path of the token, and it is no file or may not be read. Nothing was sent.",
    "Correct the path, or the permissions of the file.",
  ),
  TOKEN_FILE_INVALID: entry(
    "The file of the token holds none",
    "The file is empty, or holds something else than one token. Nothing was sent.",
    "Look at who writes the file; Kubernetes does where the token is mounted as the error says.",
  ),
  TOKEN_REQUEST_FAILED: entry(
    "Kubernetes gave no token",
    "The Kubernetes API was asked to make a token for a service account, and refused or did not answer. Nothing was sent.",
    "Look at the cause: it takes the right to create serviceaccounts/token, and the service account has to exist.",
  ),
  CLUSTER_DENIED: entry(
    "Kubernetes does not allow this",
    "The Kubernetes API does not know who is asking, or does not allow to find the service or to open a tunnel to its pods.",
    "Log in to the cluster again, or have an administrator allow it as the message says.",
  ),
  LOGIN_REQUIRED: entry(
    "A login page stands in front of the API",
    "The answer is a login page or leads to one. It was not followed: it is no answer of the API.",
    "Pass credentials that the deployment accepts: dexPassword or browserLogin in a program; with the command, kfp-ts login.",
  ),
  LOGIN_REFUSED: entry(
    "The login was refused",
    "The login page was shown again after the name and the password had been sent: one of them is probably wrong, or they belong to another connector.",
    "Check the name, the password and the connector. It was not tried a second time, so that no account is locked.",
  ),
  LOGIN_PAUSED: entry(
    "The login was refused before",
    "The same name and password were refused a short time ago. They are not sent again and again, because directories lock accounts after a few tries.",
    "Correct the name or the password: new credentials try at once, and so does a function that gives another password, unless several of those were refused, too.",
  ),
  LOGIN_CONNECTOR_UNKNOWN: entry(
    "There is no such way to log in",
    "The login page does not offer the connector that was asked for. No password was sent.",
    "Name one of the connectors that the message lists.",
  ),
  LOGIN_LEADS_ELSEWHERE: entry(
    "The login leads to another server",
    "The login goes on at an origin that is neither that of the endpoint nor one of loginOrigins. Neither the password nor a cookie was sent there.",
    "If that server is to see the password, name its origin in loginOrigins.",
  ),
  LOGIN_NOT_SECURE: entry(
    "The password would go over an open connection",
    "The login page is neither served over https nor by this machine, so everybody on the way could read the password. It was not sent.",
    "Use an https endpoint, or reach the gateway through kubectl port-forward.",
  ),
  LOGIN_COOKIE_LOST: entry(
    "A cookie of the login was lost",
    "The name and the password were accepted, but the gateway misses a cookie that it had set.",
    "Use the scheme and the host name under which the gateway expects to be reached: cookies marked Secure are sent over https and to this machine only, and each host name has cookies of its own.",
  ),
  LOGIN_PAGE_UNKNOWN: entry(
    "The login page is of an unknown kind",
    "The login came to a page that has no form for a name and a password, or one that cannot be filled in. Nothing was sent there.",
    "Use browserLogin, a token (bearerToken, command), or the cookies of a browser.",
  ),
  LOGIN_FAILED: entry(
    "The login failed",
    "The login did not come to its end, for the reason that the message tells.",
    "Do the same steps in a browser, and see where they end.",
  ),
  UNAUTHENTICATED: entry(
    "Who is asking is not known",
    "The request carried no identity that the server accepts.",
    "Pass credentials; if there are some, they are expired or meant for another server.",
  ),
  NO_IDENTITY: entry(
    "The multi-user API got no identity",
    "A multi-user deployment was reached past its gateway and without a token.",
    "Go through the gateway (kubectl port-forward --namespace istio-system svc/istio-ingressgateway 8080:80), or send a token with the audience pipelines.kubeflow.org.",
  ),
  TOKEN_EXPIRED: entry(
    "The token has ended",
    "Tokens are valid for a time, and that of this one is over.",
    "Use a fresh token: kubectl create token default-editor --namespace NAMESPACE --audience=pipelines.kubeflow.org",
  ),
  TOKEN_WRONG_AUDIENCE: entry(
    "The token is for somebody else",
    "A token says for whom it is meant, and this one is not for Kubeflow Pipelines. The usual token of a pod is for Kubernetes itself.",
    "Use a token with the audience pipelines.kubeflow.org: kubectl create token default-editor --namespace NAMESPACE --audience=pipelines.kubeflow.org",
  ),
  TOKEN_ISSUER_UNKNOWN: entry(
    "The gateway does not know who issued the token",
    "The gateway accepts tokens of other issuers only (Jwt issuer is not configured). Kubeflow's gateway accepts none of Kubernetes by default.",
    "Within the cluster go to http://ml-pipeline-ui.kubeflow directly; through the gateway, log in, or have an administrator configure the issuer of the token (RequestAuthentication).",
  ),
  TOKEN_KEYS_UNKNOWN: entry(
    "The gateway lacks the key of the token",
    "The gateway knows the issuer and has no key for this token (Jwks doesn't have key): it cannot fetch the cluster's keys, or has old ones.",
    "Within the cluster go to http://ml-pipeline-ui.kubeflow directly; an administrator has to let the gateway fetch the keys of the token's issuer.",
  ),
  TOKEN_REFUSED: entry(
    "The token is not accepted",
    "The token was looked at and refused for another reason than its time or its audience: its issuer or its service account is not known, or it is damaged.",
    "Use a fresh token: kubectl create token default-editor --namespace NAMESPACE --audience=pipelines.kubeflow.org",
  ),
  CLOCKS_DIFFER: entry(
    "The clocks differ",
    "The clock of this machine and that of the server are so far apart that tokens or certificates look ended, or not valid yet.",
    "Set the clock of this machine (timedatectl), or have that of the server set.",
  ),
  SESSION_ENDED: entry(
    "The session ended in the middle of a stream",
    "The gateway asked for a new login while a stream was sent. The login was made, but a stream can be read only once.",
    "Call again with a new stream, or upload a path or bytes: those are sent again without that.",
  ),
  MESH_DENIED: entry(
    "The service mesh refuses the request",
    "Istio's authorization policy refused the request before the API saw it (RBAC: access denied).",
    "Send a token with the audience pipelines.kubeflow.org, and no identity header of your own.",
  ),
  PERMISSION_DENIED: entry(
    "Not allowed",
    "The server knows who asks, and Kubernetes RBAC does not allow this.",
    "Use a namespace of your own, or have somebody bind the role kubeflow-edit to you there.",
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
