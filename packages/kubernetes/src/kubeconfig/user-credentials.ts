import { type Credentials, fixedCredentials } from "../credentials/credentials.ts";
import { execCredentials } from "../credentials/exec-plugin.ts";
import { tokenFileCredentials } from "../credentials/token-file.ts";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { Environment, System } from "../system.ts";
import { execPlugin } from "./exec-plugin-of-user.ts";
import type { KubeconfigUser } from "./kubeconfig.ts";
import type { PickedContext } from "./pick-context.ts";
import { besideKubeconfig, readPem } from "./read-pem.ts";

/**
 * The credentials of the user of a context, in kubectl's order: a token or its file, a name with a password, a client's
 * certificate beside them, an exec plugin where there is none of these.
 *
 * @param ca - The certificates of the cluster's authority, for a plugin that wants to know.
 * @throws KubernetesConfigError MALFORMED, UNREADABLE, UNSUPPORTED, NO_CREDENTIALS
 */
export async function userCredentials(
  picked: PickedContext,
  ca: string | undefined,
  system: Pick<System, "readFile" | "runProgram" | "now"> & {
    readonly env: Environment;
    readonly interactive: boolean;
  },
): Promise<Credentials> {
  const { user: origin, userName } = picked;
  if (origin === undefined) return fixedCredentials({});
  const { value: user, file } = origin;
  const of = `user "${userName}" in ${file}`;
  if (user["auth-provider"] !== undefined) throw authProvider(of, user["auth-provider"].name ?? "");
  const certificate = await clientCertificate(of, file, user, system);
  const basic = user.username || user.password;
  if (user.token && basic) {
    throw new KubernetesConfigError("MALFORMED", `The ${of} has both a token and a password. Remove one of them.`);
  }
  if (user.tokenFile) {
    const path = besideKubeconfig(file, user.tokenFile);
    const fallback = user.token || undefined;
    return tokenFileCredentials({ path, origin: `tokenFile of ${of}`, fallback, certificate }, system);
  }
  if (user.token) return fixedCredentials({ authorization: `Bearer ${headerSafe(of, user.token)}`, certificate });
  if (basic) {
    const login = Buffer.from(`${user.username ?? ""}:${user.password ?? ""}`).toString("base64");
    return fixedCredentials({ authorization: `Basic ${login}`, certificate });
  }
  if (user.exec === undefined || certificate !== undefined) return fixedCredentials({ certificate });
  return execCredentials(execPlugin(picked, { of, file, exec: user.exec, ca }), system);
}

/**
 * The headers by which a user acts in another's name.
 *
 * @throws KubernetesConfigError MALFORMED
 */
export function impersonationHeaders({ user: origin, userName }: PickedContext): Record<string, string | string[]> {
  const { as = "", "as-uid": uid = "", "as-groups": groups = [], "as-user-extra": extra = {} } = origin?.value ?? {};
  if (as === "") {
    if (uid === "" && groups.length === 0 && Object.keys(extra).length === 0) return {};
    throw new KubernetesConfigError(
      "MALFORMED",
      `The user "${userName}" in ${origin?.file} has as-uid, as-groups or as-user-extra, and no "as". Set whom to act as.`,
    );
  }
  const headers: Record<string, string | string[]> = { "impersonate-user": as };
  if (uid !== "") headers["impersonate-uid"] = uid;
  if (groups.length > 0) headers["impersonate-group"] = [...groups];
  for (const [key, values] of Object.entries(extra)) {
    headers[`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`] = [...values];
  }
  return headers;
}

async function clientCertificate(of: string, file: string, user: KubeconfigUser, system: Pick<System, "readFile">) {
  const at = { of, file };
  const cert = await readPem(system, {
    ...at,
    data: user["client-certificate-data"],
    path: user["client-certificate"],
    field: "client-certificate",
    begins: "CERTIFICATE",
  });
  const key = await readPem(system, {
    ...at,
    data: user["client-key-data"],
    path: user["client-key"],
    field: "client-key",
    begins: "PRIVATE KEY",
  });
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const [has, lacks] = cert === undefined ? ["client-key", "client-certificate"] : ["client-certificate", "client-key"];
  throw new KubernetesConfigError("MALFORMED", `The ${of} has a ${has} and no ${lacks}. Set both.`);
}

function authProvider(of: string, name: string): KubernetesConfigError {
  return new KubernetesConfigError(
    "UNSUPPORTED",
    `The ${of} has the auth-provider "${name}". Kubernetes took these away in 1.26: use an exec plugin of the same vendor (gke-gcloud-auth-plugin, kubelogin).`,
  );
}

function headerSafe(of: string, token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new KubernetesConfigError("MALFORMED", `The ${of} has a token that no header can hold (spaces or line ends).`);
}
